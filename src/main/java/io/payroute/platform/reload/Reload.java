package io.payroute.platform.reload;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What became of a reload.
 *
 * @param added ids of routes; of {@code replaced} and {@code removed}, too
 * @param needsRestart what has changed and goes on as it was until the process is started again
 * @param diff what changed, as a unified diff, cut where it is long
 * @param errors one sentence each, empty when all is well
 */
record Reload(Instant at, String caller, Result result, List<String> added, List<String> replaced, List<String> removed,
        List<String> needsRestart, String diff, List<String> errors) {

    enum Result {
        /** It is under way. Its end takes the place of this. */
        STARTED,
        /** The process ended before the reload did, and began anew with the files that the folder had then. */
        INTERRUPTED,
        /** The process runs by the files. */
        RELOADED,
        /** It already did, as far as it can without a restart. */
        UNCHANGED,
        /** The check has found something. Nothing was touched. */
        REFUSED,
        /** A route still had work after payroute.config.reload-timeout. Nothing was touched. */
        BUSY,
        /** A route could not be started. What ran before runs. */
        FAILED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Reload failed(String caller, Result result, List<String> errors) {
        return new Reload(Instant.now(), caller, result, List.of(), List.of(), List.of(), List.of(), "", errors);
    }
}
