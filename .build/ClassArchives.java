import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * Has the package start quickly (adr/0034): writes {@code payroute.jar}, the application on a plain class path, and
 * {@code servers.jar} for its embedded servers, runs both until a payment has its mail, and has each JVM archive the classes that
 * it has loaded. An archive that another JVM made, or that is older than its jars, is left aside by the JVM; so nothing here fails
 * the build.
 */
class ClassArchives {

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String TOKEN = "archives-archives-archives-archives-0";
    private static final String CHECKED = "checked-package.json";
    private static final int PATIENCE_SECONDS = 60;
    private static final String RELEASE = "17";
    private static final Pattern SIGNED = Pattern.compile("META-INF/[^/]+\\.SF");
    private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/\\d+/(.+/.+\\.class)");

    private final Path target;
    private final Path application;
    private final Path work;
    private final Path servers;
    private final String serversClassPath;

    ClassArchives(Path target) throws IOException {
        this.target = target;
        application = target.resolve("quarkus-app");
        work = target.resolve("archives");
        servers = target.resolve("embedded");
        serversClassPath = servers.resolve("servers.jar") + File.pathSeparator
                + Files.readString(servers.resolve("classpath")).strip();
    }

    public static void main(String[] arguments) throws Exception {
        ClassArchives archives = new ClassArchives(Path.of(arguments[0]).toAbsolutePath().normalize());
        archives.checkPackage();
        archives.writeServersJar();
        archives.copyLauncher();
        try {
            archives.train();
        } catch (Exception e) {
            System.out.println("No class archives, so each start takes longer: " + e + " (logs in " + archives.work + ")");
        }
    }

    /** As Quarkus' own jar, but with every class known to the JVM's class loader: only those can be archived. */
    private void writeApplicationJar() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String folder : List.of("quarkus", "app", "lib/boot", "lib/main")) {
            try (Stream<Path> files = Files.list(application.resolve(folder))) {
                // transformed-bytecode.jar holds classes in place of those of the others, and stands first.
                files.filter(file -> file.toString().endsWith(".jar"))
                        .sorted(Comparator.comparing(file -> !file.endsWith("transformed-bytecode.jar"))).forEach(jars::add);
            }
        }
        try (JarFile quarkus = new JarFile(application.resolve("quarkus-run.jar").toFile())) {
            Manifest manifest = quarkus.getManifest();
            Attributes attributes = manifest.getMainAttributes();
            attributes.put(Attributes.Name.MAIN_CLASS, "io.quarkus.runner.GeneratedMain");
            attributes.put(Attributes.Name.CLASS_PATH,
                    String.join(" ", jars.stream().map(jar -> application.relativize(jar).toString()).toList()));
            try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(application.resolve("payroute.jar")), manifest)) {
                copyVersioned(jars, jar);
                if (Files.exists(work.resolve(CHECKED))) {
                    jar.putNextEntry(new JarEntry(CHECKED));
                    Files.copy(work.resolve(CHECKED), jar);
                }
            }
        }
    }

    /** Has the package check its own files, and keeps in it what that found out: a start goes by it. */
    private void checkPackage() throws Exception {
        delete(work);
        writeApplicationJar();
        Files.createDirectories(work);
        Process check = new ProcessBuilder(JAVA, "-XX:TieredStopAtLevel=1", "-cp", application.resolve("payroute.jar").toString(),
                "io.payroute.platform.route.check.CheckedPackage", work.toString()).inheritIO().start();
        end(check);
        if (check.exitValue() != 0) {
            System.out.println("What is packaged was not found right, so each start with a folder checks it.");
        }
        writeApplicationJar();
    }

    /** Beside what it launches, with the examples: the guide needs no more than the package. */
    private void copyLauncher() throws IOException {
        Files.copy(target.resolveSibling("payroute"), application.resolve("payroute"), StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        copy(target.resolveSibling("examples"), application.resolve("examples"), "");
    }

    /** The classes of the embedded servers, because none can be archived from a folder. */
    private void writeServersJar() throws IOException {
        Path classes = target.resolve("classes");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(servers.resolve("servers.jar")));
                Stream<Path> files = Files.list(classes.resolve("io/payroute/embedded"))) {
            for (Path file : files.sorted().toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
    }

    /**
     * Classes that a jar has in versions for several releases of Java, each in the one that counts here. From their own jar they
     * must not be archived: a JVM with JFR or an agent does not find them there again, and crashes. Those of a signed jar are none
     * that a JVM archives, and a copy of one is refused beside the others of its package.
     */
    private static void copyVersioned(List<Path> jars, JarOutputStream out) throws IOException {
        Set<String> copied = new HashSet<>();
        for (Path path : jars) {
            try (JarFile jar = new JarFile(path.toFile(), true, ZipFile.OPEN_READ, Runtime.Version.parse(RELEASE))) {
                Set<String> versioned = new TreeSet<>();
                boolean plain = jar.isMultiRelease() && jar.stream().noneMatch(file -> SIGNED.matcher(file.getName()).matches());
                jar.stream().filter(file -> plain).map(file -> VERSIONED.matcher(file.getName()))
                        .filter(Matcher::matches).forEach(name -> versioned.add(name.group(1)));
                for (String name : versioned) {
                    JarEntry entry = jar.getJarEntry(name);
                    if (entry != null && !entry.getRealName().equals(name) && copied.add(name)) {
                        out.putNextEntry(new JarEntry(name));
                        jar.getInputStream(entry).transferTo(out);
                    }
                }
            }
        }
    }

    private void train() throws Exception {
        delete(work);
        // With a folder that has every route, so that the classes of its check are archived, too.
        copy(target.resolve("classes/routes"), work.resolve("config/routes"), ".camel.yaml");
        Files.deleteIfExists(application.resolve("payroute.jsa"));
        Files.deleteIfExists(servers.resolve("servers.jsa"));
        List<String> serversArguments = new ArrayList<>(List.of("-cp", serversClassPath, "io.payroute.embedded.EmbeddedServers",
                "--data", work.resolve("data").toString(), "--programs", servers.resolve("postgres-programs").toString(),
                "--postgres-port", "0", "--kafka-port", "0", "--smtp-port", "0", "--mail-port", "0"));
        for (String role : roles()) {
            serversArguments.addAll(List.of("--database", role));
        }
        Process child = start("servers", servers.resolve("servers.jsa"), serversArguments, Map.of());
        try {
            Map<String, String> addresses = addresses(child);
            Process process = start("application", application.resolve("payroute.jsa"), application(), environment(addresses));
            try {
                pay(process, addresses.get("embedded.mail.url"));
            } finally {
                process.destroy();
            }
            // The rest of its end is the archive, which needs no servers.
            await(process, () -> Files.readString(work.resolve("application.log")).contains("stopped in"));
            child.getOutputStream().close();
            end(process);
        } finally {
            child.getOutputStream().close();
            end(child);
            delete(work.resolve("data"));
        }
    }

    private final int http = freePort();
    private final int management = freePort();

    /** With the console on, as the run command has it: an archive may hold more than a start needs. */
    private List<String> application() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-Dpayroute.hawtio.enabled=true",
                "-Dpayroute.config=" + work.resolve("config"),
                "-Dpayroute.embedded.data-dir=" + work.resolve("data"), "-Dquarkus.http.port=" + http,
                "-Dpayroute.management.port=" + management));
        for (String role : roles()) {
            if (Files.readString(target.resolve("classes/roles/" + role + ".properties")).contains(role + ".grpc.listen=")) {
                String address = "=127.0.0.1:" + freePort();
                arguments.addAll(List.of("-D" + role + ".grpc.listen" + address, "-D" + role + ".grpc.address" + address));
            }
        }
        arguments.addAll(List.of("-jar", application.resolve("payroute.jar").toString()));
        return arguments;
    }

    /** That signs the tokens of nobody. */
    private Path key() throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return Files.writeString(work.resolve("user-token-key.pem"), "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder()
                    .encodeToString(generator.generateKeyPair().getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, String> environment(Map<String, String> addresses) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of("HTTP_HOST", "127.0.0.1", "PAYROUTE_HTTP_TOKENS",
                "archives:" + TOKEN, "KAFKA_BOOTSTRAP_SERVERS", addresses.get("embedded.kafka.bootstrap-servers"), "SMTP_HOST",
                addresses.get("embedded.smtp.host"), "SMTP_PORT", addresses.get("embedded.smtp.port"), "SMTP_START_TLS",
                "disabled", "USER_TOKEN_KEY_FILE", key().toString()));
        for (String role : roles()) {
            String prefix = role.toUpperCase(Locale.ROOT) + "_JDBC_";
            environment.put(prefix + "URL", addresses.get("embedded.postgres." + role + ".jdbc-url"));
            environment.put(prefix + "USERNAME", addresses.get("embedded.postgres.username"));
            environment.put(prefix + "PASSWORD", addresses.get("embedded.postgres.password"));
        }
        return environment;
    }

    private List<String> roles() throws IOException {
        return Files.readAllLines(target.resolve("classes/roles/roles.txt")).stream()
                .filter(role -> Files.isDirectory(target.resolve("classes/db").resolve(role))).toList();
    }

    private Process start(String name, Path archive, List<String> arguments, Map<String, String> environment)
            throws IOException {
        // The list of classes is for other JVMs, as the one of the image (Dockerfile).
        List<String> command = new ArrayList<>(List.of(JAVA, "-XX:ArchiveClassesAtExit=" + archive,
                "-XX:DumpLoadedClassList=" + archive.toString().replace(".jsa", ".classes"), "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log(name));
        if (!name.equals("servers")) {
            builder.redirectOutput(log(name));
        }
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Redirect log(String name) {
        return Redirect.appendTo(work.resolve(name + ".log").toFile());
    }

    private static Map<String, String> addresses(Process child) throws IOException {
        Map<String, String> addresses = new HashMap<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); !"READY".equals(line); line = lines.readLine()) {
            if (line == null || line.startsWith("ERROR=")) {
                throw new IOException("the embedded servers do not start: " + line);
            }
            String[] pair = line.split("=", 2);
            addresses.put(pair[0], pair[1]);
        }
        return addresses;
    }

    /** One payment, until its mail is there: every role has then done its work once. */
    private void pay(Process process, String mails) throws Exception {
        URI ready = URI.create("http://127.0.0.1:" + management + "/q/health/ready");
        await(process, () -> connect(ready).getResponseCode() == 200);
        HttpURLConnection pay = connect(URI.create("http://127.0.0.1:" + http + "/pay"));
        pay.setDoOutput(true);
        pay.setRequestProperty("Content-Type", "application/json");
        pay.setRequestProperty("Authorization", "Bearer " + TOKEN);
        String payment = "{\"userId\":\"u001\",\"amount\":49.99,\"method\":\"paypal\",\"email\":\"u001@customers.test\"}";
        pay.getOutputStream().write(payment.getBytes(StandardCharsets.US_ASCII));
        if (pay.getResponseCode() != 202) {
            throw new IOException("POST /pay was answered " + pay.getResponseCode());
        }
        URI page = URI.create(mails + "/?to=u001@customers.test");
        await(process,
                () -> new String(connect(page).getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("Subject"));
    }

    private static HttpURLConnection connect(URI address) throws IOException {
        return (HttpURLConnection) address.toURL().openConnection();
    }

    private static void await(Process process, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException e) {
                // Not there yet.
            }
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("the application does not get ready");
            }
            Thread.sleep(50);
        }
    }

    private static void end(Process process) throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static void copy(Path from, Path to, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).filter(one -> one.toString().endsWith(ending)).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
