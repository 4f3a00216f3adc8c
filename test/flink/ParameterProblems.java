import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** Reads one group of tab-separated job parameters per line. Prints a line with its problem, or an empty line. */
class ParameterProblems {
    public static void main(String[] args) throws Exception {
        Method of = Class.forName("io.github.lambdamemoryoptimizer.flink.JobParameters")
                .getDeclaredMethod("of", Properties.class);
        of.setAccessible(true);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StringBuilder problems = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            String[] fields = line.split("\t", -1);
            Properties properties = new Properties();
            for (int i = 0; i < fields.length; i += 2) {
                properties.setProperty(fields[i], fields[i + 1]);
            }
            try {
                of.invoke(null, properties);
            } catch (InvocationTargetException e) {
                problems.append(e.getCause().getMessage());
            }
            problems.append('\n');
        }
        System.out.print(problems);
    }
}
