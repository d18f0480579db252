import java.util.Optional;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Leaves a class what it does, but for methods that answer at once by a rule; leaves out what only
 * debuggers, Scala's compiler and its reflection read.
 */
final class Whole extends ClassVisitor {
  private final Rules rules;
  private String type;

  Whole(ClassVisitor next, Rules rules) {
    super(Opcodes.ASM9, next);
    this.rules = rules;
  }

  @Override
  public void visit(
      int version, int access, String name, String signature, String parent, String[] interfaces) {
    type = name;
    super.visit(version, access, name, signature, parent, interfaces);
  }

  /** That a class has a signature tells Jackson that it is Scala's; nobody reads the signature. */
  @Override
  public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
    AnnotationVisitor annotation = super.visitAnnotation(descriptor, visible);
    if (annotation == null || !descriptor.startsWith("Lscala/reflect/Scala")) {
      return annotation;
    }
    annotation.visitEnd();
    return null;
  }

  @Override
  public void visitAttribute(Attribute attribute) {
    if (!attribute.type.startsWith("Scala")) {
      super.visitAttribute(attribute);
    }
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
    Optional<String> answer = rules.answerOf(type, name);
    if (answer.isEmpty() || (access & Opcodes.ACC_ABSTRACT) != 0) {
      return new Calls(next, rules, name.equals("<init>"));
    }
    Answer.write(next, access, descriptor, answer.get());
    return null;
  }
}
