package io.payroute.embedded;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses and checks ports on loopback before a server is started, because the servers report a taken port late and badly.
 */
final class Ports {

    /** Below the range that Linux hands out to outgoing connections, so that none of those takes the port in between. */
    private static final int FREE_FROM = 27_000;
    private static final int FREE_TO = 32_000;
    private static final int TRIES = 200;
    private static final int CONNECT_MS = 1_000;

    private Ports() {
    }

    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress("127.0.0.1", new byte[]{127, 0, 0, 1});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The wanted port if it is free, or any free one for 0. */
    static int choose(int wanted, String server, String property) {
        if (wanted == 0) {
            return anyFree();
        }
        if (!isFree(wanted)) {
            throw new IllegalStateException("Port " + wanted + " on 127.0.0.1, which " + server
                    + " needs, is taken by another program. Stop that program, or choose another port with " + property
                    + " (0 takes any free port).");
        }
        return wanted;
    }

    static int anyFree() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FREE_FROM, FREE_TO);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port found on 127.0.0.1");
    }

    /** False only where a connection is refused: a server that is too busy to take one is not dead. */
    static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(loopback(), port), CONNECT_MS);
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(loopback(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
