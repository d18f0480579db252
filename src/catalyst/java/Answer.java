import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What a rule lets a method answer: nothing, a text in quotes, a class, or the method's argument.
 */
final class Answer {
  private Answer() {}

  /** Writes the whole code of a method that only answers. */
  static void write(MethodVisitor code, int access, String descriptor, String answer) {
    Type method = Type.getMethodType(descriptor);
    boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
    int variables = (method.getArgumentsAndReturnSizes() >> 2) - (isStatic ? 1 : 0);
    code.visitCode();
    if (answer.equals("argument")) {
      code.visitVarInsn(Opcodes.ALOAD, variables - 1);
    } else {
      push(code, method.getReturnType(), answer);
    }
    code.visitInsn(method.getReturnType().getOpcode(Opcodes.IRETURN));
    code.visitMaxs(1, variables);
    code.visitEnd();
  }

  /** Writes the answer in place of a call, whose receiver and arguments are on the stack. */
  static void replaceCall(MethodVisitor code, int opcode, String descriptor, String answer) {
    Type method = Type.getMethodType(descriptor);
    if (answer.equals("argument")) {
      code.visitInsn(Opcodes.SWAP);
      code.visitInsn(Opcodes.POP);
      return;
    }
    Type[] arguments = method.getArgumentTypes();
    for (int i = arguments.length - 1; i >= 0; i--) {
      code.visitInsn(arguments[i].getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
    }
    if (opcode != Opcodes.INVOKESTATIC) {
      code.visitInsn(Opcodes.POP);
    }
    push(code, method.getReturnType(), answer);
  }

  private static void push(MethodVisitor code, Type result, String answer) {
    if (answer.startsWith("\"")) {
      code.visitLdcInsn(answer.substring(1, answer.length() - 1));
    } else if (!answer.isEmpty()) {
      code.visitLdcInsn(Type.getObjectType(answer));
    } else if (result.getSort() >= Type.ARRAY) {
      code.visitInsn(Opcodes.ACONST_NULL);
    } else if (result.getSort() == Type.BOOLEAN) {
      code.visitInsn(Opcodes.ICONST_0);
    } else if (result.getSort() != Type.VOID) {
      throw new IllegalArgumentException("a rule has no answer of the type " + result);
    }
  }
}
