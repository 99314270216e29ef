package io.payroute.platform.route;

/**
 * The ids of routes that stand in for others while these are exchanged. Nobody outside sees them: what is told of a stand-in is told of
 * its route.
 */
public final class StandInIds {

    private static final String PREFIX = "reload-";

    private StandInIds() {
    }

    /** @param id of a route, or of a kamelet */
    public static String of(String id) {
        return PREFIX + id;
    }

    public static boolean isOne(String id) {
        return id != null && id.startsWith(PREFIX);
    }

    /** The id of the route itself, whatever takes its calls. */
    public static String own(String id) {
        return isOne(id) ? id.substring(PREFIX.length()) : id;
    }
}
