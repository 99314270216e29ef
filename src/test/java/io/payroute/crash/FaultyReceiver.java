package io.payroute.crash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A receiver of HTTP requests that answers, or fails in each of the ways in which receivers do. */
final class FaultyReceiver implements AutoCloseable {

    /** What becomes of a request. */
    enum Reply {
        TAKEN("HTTP/1.1 204 No Content\r\n\r\n"), BAD("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), GONE(
                "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"), BROKEN(
                        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"), BUSY(
                                "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"),
        /** The connection is closed before the answer, or within it. */
        DROPPED(""), CUT("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthanks"), GARBAGE("thank you\r\n\r\n"),
        /** No answer for longer than anybody waits. */
        SLOW("HTTP/1.1 204 No Content\r\n\r\n"),
        /** No answer, and for a moment no connection is taken. */
        AWAY("");

        private final String text;

        Reply(String text) {
            this.text = text;
        }
    }

    /** Takes a request, with the names of headers in lower case. */
    @FunctionalInterface
    interface Handler {
        Reply take(String path, HttpHeaders headers, String body);
    }

    private static final Duration LATE = Duration.ofSeconds(3);
    private static final Duration ABSENCE = Duration.ofMillis(300);

    private final int port;
    private final Handler handler;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile ServerSocket server;

    FaultyReceiver(int port, Handler handler) {
        this.port = port;
        this.handler = handler;
        listen();
        start(this::accept);
    }

    private void listen() {
        try {
            ServerSocket made = new ServerSocket();
            made.setReuseAddress(true);
            made.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
            server = made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (closed.getCount() > 0) {
            try {
                Socket client = server.accept();
                start(() -> serve(client));
            } catch (IOException e) {
                reopen();
            }
        }
    }

    private void reopen() {
        try {
            if (!closed.await(ABSENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                listen();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            String[] head = head(in).split("\r\n");
            Map<String, List<String>> headers = new TreeMap<>();
            Arrays.stream(head).skip(1).map(line -> line.split(": ?", 2))
                    .forEach(pair -> headers.put(pair[0].toLowerCase(Locale.ROOT), List.of(pair[1])));
            HttpHeaders read = HttpHeaders.of(headers, (name, value) -> true);
            String body = new String(in.readNBytes((int) read.firstValueAsLong("content-length").orElse(0)),
                    StandardCharsets.UTF_8);
            Reply reply = handler.take(head[0].split(" ")[1], read, body);
            if (reply == Reply.AWAY) {
                server.close();
            } else if (reply != Reply.SLOW || !closed.await(LATE.toMillis(), TimeUnit.MILLISECONDS)) {
                client.getOutputStream().write(reply.text.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException | InterruptedException e) {
            // the sender is gone, as some are killed
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int last = 0; last < 4;) {
            int one = in.read();
            if (one < 0) {
                throw new IOException("no request");
            }
            head.write(one);
            last = one == "\r\n\r\n".charAt(last) ? last + 1 : one == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "merchant");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
