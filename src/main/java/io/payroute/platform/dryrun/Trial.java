package io.payroute.platform.dryrun;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;

/**
 * What a role can show of its work without doing it: each role names its own in META-INF/services. A trial runs the routes and the
 * code that decide, on what somebody recorded; nothing leaves the process.
 */
public interface Trial {

    /** @param name such as {@code --events} */
    record Option(String name, String label, String description) {
    }

    /**
     * One line of a result.
     *
     * @param what in a word or two; the same for the packaged files, to be compared
     * @param bad whether somebody should mend it
     */
    record Said(String what, String text, boolean bad) {

        public static Said of(String what, String text) {
            return new Said(what, text, false);
        }

        public static Said bad(String what, String text) {
            return new Said(what, text, true);
        }
    }

    /**
     * What came of one event, request or the like.
     *
     * @param id by which the same one is found when it is tried with other files
     */
    record Tried(String id, String title, List<Said> said) {

        public Tried(String title, List<Said> said) {
            this(title, title, said);
        }
    }

    /** Whether it runs a route of this id. What this one calls by {@code direct:} is there, too. */
    boolean runs(String routeId);

    /** What its routes name, as far as it can be made without the application. */
    default Map<String, Object> beans(DryRoutes routes) {
        return Map.of();
    }

    /** Without any it has nothing to begin with, and only goes on with what others hand over. The first one starts it. */
    default List<Option> options() {
        return List.of();
    }

    /**
     * @param given by option
     * @throws IllegalArgumentException in words for the caller, when an option makes no sense
     */
    default List<Tried> run(DryRoutes routes, Map<String, String> given) throws IOException {
        return List.of();
    }

    /** Goes on with a message that its role would get from another. */
    default List<Said> take(DryRoutes routes, Object message) {
        return List.of();
    }

    /** Of every role. */
    static List<Trial> all() {
        return ServiceLoader.load(Trial.class, Trial.class.getClassLoader()).stream().map(Provider::get).toList();
    }
}
