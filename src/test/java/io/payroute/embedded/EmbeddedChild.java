package io.payroute.embedded;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The embedded servers as a test's own process on free ports, to be killed or left alone. */
final class EmbeddedChild implements AutoCloseable {

    private static final Path HOME = Path.of("target").toAbsolutePath();

    private final Process process;
    private final Map<String, String> answers = new HashMap<>();

    private EmbeddedChild(Process process) {
        this.process = process;
    }

    /** Returns once the child is ready or has failed. */
    static EmbeddedChild start(Path data, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", EmbeddedServers.class.getName(), "--data",
                data.toString(), "--programs", HOME.resolve("embedded/postgres-programs").toString(), "--postgres-port", "0",
                "--kafka-port",
                "0", "--smtp-port", "0", "--mail-port", "0", "--database", "payment"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CLASSPATH", HOME.resolve("classes") + File.pathSeparator
                + Files.readString(HOME.resolve("embedded/classpath")).strip());
        EmbeddedChild child = new EmbeddedChild(builder.start());
        child.readAnswers();
        return child;
    }

    private void readAnswers() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null && !line.equals("READY"); line = lines.readLine()) {
            String[] pair = line.split("=", 2);
            answers.put(pair[0], pair[1]);
        }
    }

    String answer(String key) {
        return answers.get(key);
    }

    /** Everything it started, PostgreSQL too, which detaches itself from its parent. */
    List<ProcessHandle> processes() {
        Stream<ProcessHandle> postgres = ProcessHandle.of(Long.parseLong(answer("embedded.postgres.pid"))).stream()
                .flatMap(server -> Stream.concat(Stream.of(server), server.descendants()));
        return Stream.of(Stream.of(process.toHandle()), process.descendants(), postgres).flatMap(all -> all).toList();
    }

    /** kill -9 of this process alone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** @return the exit value of a process that ends on its own, or -1 if it does not */
    int awaitEnd(int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void close() throws Exception {
        closeInput();
        process.waitFor();
    }
}
