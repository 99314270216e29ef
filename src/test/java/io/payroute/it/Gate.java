package io.payroute.it;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;

/** An HTTP server that answers nobody while it is shut, so that a call is under way for as long as a test wants. */
final class Gate implements AutoCloseable {

    private final HttpServer server;
    private final Semaphore visitors = new Semaphore(0);
    private volatile CountDownLatch closed = new CountDownLatch(0);

    Gate() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            visitors.release();
            try (exchange) {
                closed.await();
                exchange.sendResponseHeaders(200, -1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/gate";
    }

    void shut() {
        visitors.drainPermits();
        closed = new CountDownLatch(1);
    }

    void open() {
        closed.countDown();
    }

    void awaitVisitor() throws InterruptedException {
        assertThat(visitors.tryAcquire(Application.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        open();
        server.stop(0);
    }
}
