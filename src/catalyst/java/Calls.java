import java.util.Optional;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The code of a method, with answers in place of calls that rules answer. */
final class Calls extends MethodVisitor {
  private final Rules rules;
  private final boolean isConstructor;

  Calls(MethodVisitor next, Rules rules, boolean isConstructor) {
    super(Opcodes.ASM9, next);
    this.rules = rules;
    this.isConstructor = isConstructor;
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String name, String descriptor, boolean isInterface) {
    Optional<String> answer = rules.answerOf(owner, name);
    if (answer.isEmpty()) {
      super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    } else {
      Answer.replaceCall(mv, opcode, descriptor, answer.get());
    }
  }

  /** Jackson reads the parameters of constructors here; the rest is for debuggers. */
  @Override
  public void visitLocalVariable(
      String name, String descriptor, String signature, Label start, Label end, int index) {
    if (isConstructor) {
      super.visitLocalVariable(name, descriptor, signature, start, end, index);
    }
  }
}
