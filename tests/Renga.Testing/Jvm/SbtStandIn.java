import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Does for a small app what sbt does: gets a Scala compiler from the repository that it is told of, compiles, and stages. */
public final class SbtStandIn {
    private static final String VERSION = "2.11.12";
    private static final Path BOOT = Path.of(System.getProperty("sbt.boot.directory"));

    public static void main(String[] tasks) throws Exception {
        System.out.println("[info] stand-in for sbt");
        for (String task : tasks) {
            switch (task.substring(task.lastIndexOf('/') + 1)) {
                case "clean" -> { }
                case "compile", "test" -> compile();
                case "stage" -> stage();
                default -> {
                    System.out.println("[error] Not a valid command: " + task);
                    System.exit(1);
                }
            }
        }
        System.out.println("[success] Total time: 1 s");
    }

    private static void compile() throws Exception {
        List<URL> jars = new ArrayList<>();
        for (String name : new String[] {"scala-library", "scala-reflect", "scala-compiler"})
            jars.add(artifact("org/scala-lang/" + name + "/" + VERSION + "/" + name + "-" + VERSION + ".jar"));
        jars.add(artifact("org/scala-lang/modules/scala-xml_2.11/1.0.3/scala-xml_2.11-1.0.3.jar"));
        Path classes = Files.createDirectories(Path.of("target/scala-2.11/classes"));
        List<String> arguments = new ArrayList<>(List.of("-classpath", Path.of(jars.get(0).toURI()).toString(), "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(Path.of("src/main/scala"))) {
            files.filter(f -> f.toString().endsWith(".scala")).forEach(f -> arguments.add(f.toString()));
        }
        System.out.println("[info] compiling with Scala " + VERSION);
        try (URLClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> compiler = loader.loadClass("scala.tools.nsc.Main");
            compiler.getMethod("process", String[].class).invoke(null, (Object) arguments.toArray(String[]::new));
            if (Files.notExists(classes.resolve("Hello.class")))
                System.exit(1);
        }
    }

    private static void stage() throws Exception {
        Path stage = Path.of("target/universal/stage");
        Files.createDirectories(stage.resolve("lib"));
        Files.createDirectories(stage.resolve("bin"));
        Files.copy(Path.of(artifact("org/scala-lang/scala-library/" + VERSION + "/scala-library-" + VERSION + ".jar").toURI()), stage.resolve("lib/scala-library.jar"), StandardCopyOption.REPLACE_EXISTING);
        new ProcessBuilder("jar", "--create", "--file", stage.resolve("lib/hello.jar").toString(), "-C", "target/scala-2.11/classes", ".").inheritIO().start().waitFor();
        Path script = stage.resolve("bin/hello");
        Files.writeString(script, "#!/bin/bash\nexec java $JAVA_OPTS -cp \"$(dirname \"$0\")/../lib/*\" \"$@\" Hello\n");
        script.toFile().setExecutable(true, false);
    }

    private static URL artifact(String path) throws Exception {
        Path kept = BOOT.resolve(path.substring(path.lastIndexOf('/') + 1));
        if (Files.notExists(kept)) {
            String mirror = Files.readAllLines(Path.of(System.getProperty("sbt.repository.config"))).stream()
                .map(String::trim).filter(l -> l.startsWith("mirror: ")).findFirst().orElseThrow().substring("mirror: ".length());
            System.out.println("[info] downloading " + mirror + path);
            Files.createDirectories(BOOT);
            try (InputStream from = URI.create(mirror + path).toURL().openStream()) {
                Files.copy(from, kept);
            }
        }
        return kept.toUri().toURL();
    }
}
