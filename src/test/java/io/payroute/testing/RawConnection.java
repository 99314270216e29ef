package io.payroute.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Bytes to a server on loopback as they stand, which no client library would send. */
public final class RawConnection {

    private static final int PATIENCE_MS = 10_000;
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;

    private RawConnection() {
    }

    /** Sends the text, and reads until the server closes the connection. */
    public static String exchange(int port, String request) throws IOException {
        return new String(exchange(port, request.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    /** An HTTP/2 connection with prior knowledge: what the server says to the preface. */
    public static byte[] greetWithHttp2(int port) throws IOException {
        return exchange(port, greeting().toByteArray());
    }

    /**
     * A header block of HTTP/2 that never ends: frames that carry nothing, and cost the server a look each.
     *
     * @return whether the server closed the connection
     */
    public static boolean closesEndlessHeaders(int port, int frames) throws IOException {
        ByteArrayOutputStream bytes = greeting();
        frame(bytes, HEADERS, 1, (byte) 0x82);
        for (int i = 0; i < frames; i++) {
            frame(bytes, CONTINUATION, 1);
        }
        try {
            exchange(port, bytes.toByteArray());
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        }
    }

    private static ByteArrayOutputStream greeting() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(PREFACE);
        frame(bytes, SETTINGS, 0);
        return bytes;
    }

    private static void frame(ByteArrayOutputStream bytes, int type, int stream, byte... payload) {
        bytes.writeBytes(new byte[]{0, 0, (byte) payload.length, (byte) type, 0, 0, 0, 0, (byte) stream});
        bytes.writeBytes(payload);
    }

    private static byte[] exchange(int port, byte[] request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                answer.write(next);
            }
        } catch (SocketException closedWhileSending) {
            // A server that closes with bytes unread resets the connection.
        }
        return answer.toByteArray();
    }
}
