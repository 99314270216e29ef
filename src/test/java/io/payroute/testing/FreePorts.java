package io.payroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

import io.payroute.platform.Defaults;

/**
 * Ports for servers of tests: below the range of outgoing connections, and below that of the ports that embedded servers choose by
 * themselves, so that neither takes one while its server is down. No port is given twice, and of the processes that run tests side by
 * side each has a range of its own.
 */
public final class FreePorts {

    private static final int FIRST = 10_000;
    private static final int RANGE = 4_200;
    private static final int RANGE_START = FIRST + RANGE * (Integer.getInteger("test.fork", 1) - 1);
    private static int given = ThreadLocalRandom.current().nextInt(RANGE);

    private FreePorts() {
    }

    /** For each gRPC service that a role has: where it listens, and where the others call it. */
    public static Map<String, String> ofServices() {
        Map<String, String> addresses = new TreeMap<>();
        Defaults.packaged().all().stringPropertyNames().stream().filter(key -> key.endsWith(".grpc.listen")).forEach(key -> {
            String address = "127.0.0.1:" + next();
            addresses.put(key, address);
            addresses.put(key.replace(".listen", ".address"), address);
        });
        return addresses;
    }

    public static synchronized int next() {
        while (true) {
            int port = RANGE_START + given++ % RANGE;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: the next one
            }
        }
    }
}
