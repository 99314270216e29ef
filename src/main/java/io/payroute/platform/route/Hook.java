package io.payroute.platform.route;

import java.util.Map;

/**
 * A place for a team's own steps: a packaged route from {@code direct:} that passes everything on, and that a file in the folder
 * replaces by its id. What stands here is what the caller of the hook holds to, and what the page for route authors prints.
 *
 * @param id of the route, and behind {@code direct:} its address
 * @param purpose what it is for, as a sentence
 * @param body the type that a step finds as the body
 * @param fields what <code>${body.…}</code> may name, each with its meaning, in the order of the page
 * @param headers those that a step finds, or sets to say something, each with its meaning
 * @param may what the hook may do and what has no effect
 * @param onFailure what has happened and what follows when a step of it fails
 */
public record Hook(String id, String purpose, Class<?> body, Map<String, String> fields, Map<String, String> headers,
        String may,
        String onFailure) {

    /** By which a route calls it. */
    public String address() {
        return "direct:" + id;
    }
}
