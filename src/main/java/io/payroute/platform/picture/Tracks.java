package io.payroute.platform.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.payroute.platform.picture.Route.Channel;

/** The lines on the left, each for one channel, from all who send to it to all who take from it. */
final class Tracks {

    private static final int LEFT = 14;
    private static final int APART = 8;

    private final Map<Channel, Set<Integer>> joins = new LinkedHashMap<>();
    private final List<Runnable> branches = new ArrayList<>();
    private final Map<Channel, Integer> positions = new LinkedHashMap<>();

    /** @param branch draws the way from the line, once {@link #x} is known */
    void join(Channel channel, int y, Runnable branch) {
        joins.computeIfAbsent(channel, key -> new LinkedHashSet<>()).add(y);
        branches.add(branch);
    }

    int x(Channel channel) {
        return positions.get(channel);
    }

    /** The shortest lines nearest to the boxes; two that do not meet may stand below each other. */
    void draw(Svg svg) {
        List<List<Channel>> slots = new ArrayList<>();
        for (Channel channel : joins.keySet().stream().sorted(Comparator.comparing(one -> end(one) - start(one))).toList()) {
            List<Channel> slot = slots.stream().filter(taken -> taken.stream().noneMatch(other -> meet(other, channel)))
                    .findFirst().orElseGet(() -> {
                        slots.add(new ArrayList<>());
                        return slots.get(slots.size() - 1);
                    });
            slot.add(channel);
        }
        for (int slot = 0; slot < slots.size(); slot++) {
            int x = LEFT + APART * (slots.size() - slot);
            slots.get(slot).forEach(channel -> positions.put(channel, x));
        }
        branches.forEach(Runnable::run);
        joins.forEach((channel, all) -> {
            svg.line(channel.style(), false, x(channel), start(channel), x(channel), end(channel));
            all.forEach(y -> svg.dot(channel.style(), x(channel), y));
        });
    }

    private boolean meet(Channel one, Channel other) {
        return start(one) < end(other) + 12 && start(other) < end(one) + 12;
    }

    private int start(Channel channel) {
        return joins.get(channel).stream().mapToInt(y -> y).min().orElseThrow();
    }

    private int end(Channel channel) {
        return joins.get(channel).stream().mapToInt(y -> y).max().orElseThrow();
    }
}
