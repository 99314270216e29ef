package io.payroute.platform.access;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jboss.logging.Logger;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.jdbc.PrimaryKeyMapper;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.postgresql.Bucket4jPostgreSQL;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/**
 * Buckets in PostgreSQL, one for all processes. A few workers of its own query the database, so neither the event loop nor the
 * routes' threads wait for it. When it does not answer, each process limits by itself for a while: the limit then holds for each
 * process, and nobody is locked out because the limiter lacks its table.
 */
final class SharedBuckets implements Buckets {

    /** Connections it may take from those that accept payments. */
    private static final int WORKERS = 4;
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(5);
    private static final Logger LOG = Logger.getLogger(SharedBuckets.class);

    private final WorkerExecutor workers;
    private final Supplier<DataSource> dataSource;
    private final BucketConfiguration limit;
    private final LocalBuckets local;
    private volatile ProxyManager<String> shared;
    private volatile long unavailableUntil = System.nanoTime();

    SharedBuckets(Vertx vertx, Supplier<DataSource> dataSource, BucketConfiguration limit, LocalBuckets local) {
        this.workers = vertx.createSharedWorkerExecutor("rate-limit", WORKERS);
        this.dataSource = dataSource;
        this.limit = limit;
        this.local = local;
    }

    @Override
    public Future<ConsumptionProbe> take(String user) {
        return isUnavailable() ? local.take(user) : workers.executeBlocking(() -> takeNow(user), false);
    }

    private ConsumptionProbe takeNow(String user) {
        if (!isUnavailable()) {
            try {
                return manager().getProxy(user, () -> limit).tryConsumeAndReturnRemaining(1);
            } catch (RuntimeException e) {
                unavailableUntil = System.nanoTime() + PAUSE;
                LOG.warnf("event=rate-limit-local seconds=%d cause=%s", TimeUnit.NANOSECONDS.toSeconds(PAUSE), e.toString());
            }
        }
        return local.takeNow(user);
    }

    private boolean isUnavailable() {
        return System.nanoTime() - unavailableUntil < 0;
    }

    /** Made on first use: the database is not there yet when the edge is. */
    private ProxyManager<String> manager() {
        ProxyManager<String> made = shared;
        if (made == null) {
            made = Bucket4jPostgreSQL.selectForUpdateBasedBuilder(dataSource.get()).primaryKeyMapper(PrimaryKeyMapper.STRING)
                    .table("rate_limit_bucket").requestTimeout(TIMEOUT).expirationAfterWrite(
                            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(Duration.ofSeconds(1)))
                    .build();
            shared = made;
        }
        return made;
    }
}
