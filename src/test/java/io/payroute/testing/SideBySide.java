package io.payroute.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same for each of several things at once, where most of it is waiting. */
public final class SideBySide {

    private SideBySide() {
    }

    @FunctionalInterface
    public interface Step<T, R> {
        R of(T one) throws Exception;
    }

    /** @return what came of each, in their order */
    public static <T, R> List<R> of(List<T> all, Step<T, R> step) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        try {
            List<R> results = new ArrayList<>();
            for (Future<R> one : threads.invokeAll(all.stream().map(one -> (Callable<R>) () -> step.of(one)).toList())) {
                results.add(one.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
