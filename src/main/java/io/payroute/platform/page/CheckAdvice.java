package io.payroute.platform.page;

import java.util.List;

/**
 * What an operator does when a health check is not well, declared by a bean of this type and shown on the overview.
 *
 * @param check its name
 * @param text what happens meanwhile, and what to do
 */
public record CheckAdvice(String check, String text, List<Link> links) {

    /** Where it is seen or dealt with. */
    public record Link(String title, String path) {
    }

    public CheckAdvice(String check, String text, Link... links) {
        this(check, text, List.of(links));
    }

    public static Link link(String title, String path) {
        return new Link(title, path);
    }
}
