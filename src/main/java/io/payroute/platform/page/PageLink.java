package io.payroute.platform.page;

import java.util.Map;

/**
 * A page that the operators' pages lead to, declared by a bean of this type.
 *
 * @param role whose page it is: shown where that role is on
 * @param path such as {@code /ops/payments}
 * @param queues by name, those whose entries are found there, with the query that finds them
 */
public record PageLink(String role, String path, String title, Map<String, String> queues) {

    public PageLink(String role, String path, String title) {
        this(role, path, title, Map.of());
    }
}
