package io.payroute.platform.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;

/** A folder to try, what to try with it, and what the command said. */
abstract class DryRunBed {

    static final String RECORDED = "src/test/resources/recorded";
    static final String EVENTS = RECORDED + "/events";

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    @TempDir
    Path empty;

    Path payment(String json) throws Exception {
        return Files.writeString(empty.resolve("payment.json"), json);
    }

    void write(String name, String text) throws Exception {
        Files.createDirectories(empty.resolve(name).getParent());
        Files.writeString(empty.resolve(name), text);
    }

    int dryRun(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "dry-run";
        System.arraycopy(words, 0, all, 1, words.length);
        return Payroute.line().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(all);
    }
}
