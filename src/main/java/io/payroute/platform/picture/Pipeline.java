package io.payroute.platform.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.picture.Route.Channel;
import io.payroute.platform.picture.Route.Channel.Kind;

/** The routes and what leads from one to another: a graph that is known from their files alone. */
final class Pipeline {

    private final List<Route> routes;

    Pipeline(List<Route> routes) {
        this.routes = routes;
    }

    /**
     * @param resources the folder with {@code application.properties}, {@code routes} and {@code kamelets}
     * @param folder what replaces them or is added; null for none
     */
    static Pipeline read(Path resources, ConfigFolder folder) throws IOException {
        return new Pipeline(new RouteFiles(resources, folder).routes());
    }

    List<Route> routes() {
        return routes;
    }

    /** Where a route sends to, each once. The relay of an outbox leads to all topics that are fed through it. */
    List<Channel> exits(Route route) {
        Set<Channel> exits = new LinkedHashSet<>();
        if (route.from().channel().kind() == Kind.OUTBOX) {
            routes.forEach(one -> one.steps().stream().filter(step -> step.uri().equals(route.from().uri()))
                    .forEach(step -> exits.add(step.channel())));
        } else {
            route.steps().stream().map(Route.Step::channel).filter(channel -> channel.kind() != Kind.NONE).forEach(exits::add);
        }
        return List.copyOf(exits);
    }

    /** The routes that begin with this channel. */
    List<Route> consumers(Channel channel) {
        return routes.stream().filter(route -> channel.leadsTo(route.from().channel())).toList();
    }

    /** Whether the work of a route comes from outside, or from a step of another route. */
    boolean isFed(Route route) {
        Channel from = route.from().channel();
        return from.kind().isEntry() || routes.stream().flatMap(one -> one.steps().stream())
                .anyMatch(step -> from.kind() == Kind.OUTBOX
                        ? step.uri().equals(route.from().uri())
                        : step.channel().leadsTo(from));
    }

    /** What a request to this route comes to in the end: routes and ends. */
    Set<Object> reach(Route start) {
        Set<Object> reached = new LinkedHashSet<>(List.of(start));
        Deque<Route> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            for (Channel exit : exits(open.pop())) {
                if (exit.kind() == Kind.END) {
                    reached.add(exit);
                }
                consumers(exit).stream().filter(reached::add).forEach(open::push);
            }
        }
        return reached;
    }

    /** The routes in groups that nothing leads between; what comes in by HTTP comes from one network, as do gRPC and the ticks of a timer. */
    List<Set<Route>> islands() {
        List<Set<Route>> islands = new ArrayList<>();
        for (Route route : routes) {
            Set<Route> joined = new LinkedHashSet<>(List.of(route));
            islands.removeIf(island -> island.stream().anyMatch(other -> touch(route, other)) && joined.addAll(island));
            islands.add(joined);
        }
        return islands;
    }

    private boolean touch(Route one, Route other) {
        return feeds(one, other) || feeds(other, one)
                || one.from().channel().kind().isFromOutside() && one.from().channel().kind() == other.from().channel().kind();
    }

    boolean feeds(Route one, Route other) {
        return one.steps().stream().anyMatch(step -> step.uri().equals(other.from().uri()))
                || exits(one).stream().anyMatch(exit -> exit.leadsTo(other.from().channel()));
    }

    /** A request or a tick that calls no other route and sends nothing. */
    boolean isAlone(Route route) {
        return route.from().channel().kind().isEntry() && exits(route).isEmpty();
    }

    /** The channels that lead from a route to another one, in the order in which they come. */
    Collection<Channel> channels() {
        Set<Channel> channels = new LinkedHashSet<>();
        routes.forEach(route -> exits(route).stream().filter(exit -> !consumers(exit).isEmpty()).forEach(channels::add));
        return channels;
    }
}
