import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Opcodes;

/** Leaves a class what it is, but for annotations: their classes are not there. */
final class Kept extends ClassVisitor {
  Kept(ClassVisitor next) {
    super(Opcodes.ASM9, next);
  }

  @Override
  public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
    return null;
  }
}
