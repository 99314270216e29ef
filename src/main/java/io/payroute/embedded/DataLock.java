package io.payroute.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * One process at a time per server and data folder. The operating system frees the lock with the process, however it ended.
 * A restart right after a stop waits for the earlier process to finish.
 */
final class DataLock {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /** A channel nobody refers to is closed by the garbage collector, and its lock freed with it. */
    private static final Queue<FileChannel> HELD = new ConcurrentLinkedQueue<>();

    private DataLock() {
    }

    /** Held until this process ends. */
    static void acquire(Path data, String server, Consumer<String> progress) {
        Path file = data.resolve(server + ".lock");
        try {
            Files.createDirectories(data);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                progress.accept("Waiting for process " + holder(file) + ", which still uses " + data);
                lock = waitFor(channel);
            }
            if (lock == null) {
                throw new IllegalStateException("The data folder " + data + " is in use by process " + holder(file)
                        + ". Stop that one, or choose another folder with payroute.embedded.data-dir.");
            }
            HELD.add(channel);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("The data folder " + data + " cannot be used: " + e, e);
        }
    }

    private static FileLock waitFor(FileChannel channel) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        FileLock lock = null;
        while (lock == null && System.nanoTime() < end) {
            pause(PAUSE);
            lock = channel.tryLock();
        }
        return lock;
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting", e);
        }
    }

    private static String holder(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII);
    }
}
