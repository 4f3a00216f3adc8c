import path from "node:path";

/** A program of the JDK in JAVA_HOME, or else of the first one on the PATH. */
export function javaCommand(program: "java" | "javac"): string {
  return process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, "bin", program) : program;
}
