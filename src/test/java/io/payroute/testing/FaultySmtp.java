package io.payroute.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A mail server that fails, each mail in the way that it is told when the mail begins. It counts how often it took each
 * Message-ID, and how often it took one without a client that heard of it.
 */
public final class FaultySmtp implements AutoCloseable {

    /** What becomes of one mail. A connection is closed in an orderly way: the client reads the end of the stream. */
    public enum Fault {
        NONE, CLOSE_AFTER_MAIL, CLOSE_AFTER_RCPT, CLOSE_AFTER_DATA, CLOSE_AFTER_TEXT,
        /** The mail is taken, and nobody is told. */
        TAKE_AND_CLOSE,
        /** The mail is taken, and the answer comes late. */
        SLOW, REFUSE_SENDER, BUSY_RECIPIENT, BUSY_TEXT, REFUSE_RECIPIENT, REFUSE_TEXT,
        /** What answers is no mail server. */
        GARBAGE,
        /** An answer that begins, goes on and never ends. */
        DRIP
    }

    private final ServerSocket server;
    private final Supplier<Fault> faults;
    private final Duration slow;
    private final Map<String, Integer> taken = new ConcurrentHashMap<>();
    private final Map<String, Integer> unheard = new ConcurrentHashMap<>();
    private final Map<Fault, Integer> made = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param slow how late the answer of {@link Fault#SLOW} comes */
    public FaultySmtp(Supplier<Fault> faults, Duration slow) {
        this.faults = faults;
        this.slow = slow;
        try {
            server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How often each Message-ID, with its brackets, was taken. */
    public Map<String, Integer> taken() {
        return Map.copyOf(taken);
    }

    /** The same without those of which nobody was told. */
    public Map<String, Integer> heard() {
        Map<String, Integer> heard = new HashMap<>(taken);
        unheard.forEach((id, count) -> heard.computeIfPresent(id, (same, all) -> all > count ? all - count : null));
        return heard;
    }

    public Map<Fault, Integer> faults() {
        return Map.copyOf(made);
    }

    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                connections.incrementAndGet();
                open.add(client);
                start(() -> converse(client));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void converse(Socket client) {
        try (client) {
            new Conversation(client).run();
        } catch (IOException | InterruptedException e) {
            // the client is gone
        } finally {
            open.remove(client);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "faulty-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Conversation {

        private final BufferedReader in;
        private final OutputStream out;
        private Fault fault = Fault.NONE;

        Conversation(Socket client) throws IOException {
            in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            out = client.getOutputStream();
        }

        void run() throws IOException, InterruptedException {
            say("220 faulty");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!answer(line)) {
                    return;
                }
            }
        }

        /** @return whether the conversation goes on */
        private boolean answer(String line) throws IOException, InterruptedException {
            return switch (line.split("[ :]", 2)[0].toUpperCase()) {
                case "MAIL" -> {
                    fault = faults.get();
                    made.merge(fault, 1, Integer::sum);
                    yield answer(Fault.CLOSE_AFTER_MAIL, Fault.REFUSE_SENDER, "553 5.1.8 sender not allowed", null, null);
                }
                case "RCPT" -> fault == Fault.DRIP
                        ? drip()
                        : answer(Fault.CLOSE_AFTER_RCPT, Fault.BUSY_RECIPIENT, "450 4.2.0 greylisted",
                                Fault.REFUSE_RECIPIENT, "550 5.1.1 no such user");
                case "DATA" -> fault != Fault.CLOSE_AFTER_DATA && say("354 go on") && take();
                case "QUIT" -> {
                    say("221 bye");
                    yield false;
                }
                default -> say("250 ok");
            };
        }

        private boolean answer(Fault close, Fault first, String firstReply, Fault second, String secondReply)
                throws IOException {
            if (fault == Fault.GARBAGE) {
                return say("<html>no mail here</html>");
            }
            return fault != close && say(fault == first ? firstReply : fault == second ? secondReply : "250 ok");
        }

        private boolean drip() throws IOException, InterruptedException {
            while (!closed.await(100, TimeUnit.MILLISECONDS)) {
                say("250-and");
            }
            return false;
        }

        private boolean take() throws IOException, InterruptedException {
            String id = "none";
            for (String line = in.readLine(); !".".equals(line); line = in.readLine()) {
                if (line == null) {
                    return false;
                }
                id = line.startsWith("Message-ID:") ? line.substring("Message-ID:".length()).trim() : id;
            }
            return switch (fault) {
                case CLOSE_AFTER_TEXT -> false;
                case BUSY_TEXT -> say("451 4.3.0 try later");
                case REFUSE_TEXT -> say("554 5.6.0 not wanted");
                case TAKE_AND_CLOSE -> {
                    taken.merge(id, 1, Integer::sum);
                    unheard.merge(id, 1, Integer::sum);
                    yield false;
                }
                case SLOW -> {
                    taken.merge(id, 1, Integer::sum);
                    closed.await(slow.toMillis(), TimeUnit.MILLISECONDS);
                    yield say("250 taken at last");
                }
                default -> {
                    taken.merge(id, 1, Integer::sum);
                    yield say("250 taken");
                }
            };
        }

        private boolean say(String reply) throws IOException {
            out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return true;
        }
    }
}
