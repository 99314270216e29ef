package io.payroute.platform.page;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;

import io.payroute.platform.access.OperatorActions;
import io.vertx.core.json.JsonObject;

/** What operators have done, in words, with the way to the page of what it was done to. */
@ApplicationScoped
@Named("actionsPage")
public class ActionsPage {

    private static final Map<String, String> WORDS = Map.of("ask", "ask the provider", "edit", "edit the payload", "send",
            "send now or again", "redeliver", "send again", "reconciliations", "compare");

    private final OperatorActions actions;
    private final Pages pages;
    private final CamelContext camel;

    ActionsPage(OperatorActions actions, Pages pages, CamelContext camel) {
        this.actions = actions;
        this.pages = pages;
        this.camel = camel;
    }

    /** The latest, with words and links. */
    public void list(Exchange exchange) throws SQLException {
        actions.list(exchange);
        JsonObject answer = new JsonObject(exchange.getMessage().getBody(String.class));
        Predicate<String> shown = shown();
        answer.getJsonArray("actions").forEach(one -> {
            JsonObject action = (JsonObject) one;
            String path = action.getString("path");
            Integer status = action.getInteger("status");
            action.put("title", pages.title(path)).put("words", words(path)).put("link", link(path, shown)).put("result",
                    status == null ? "started" : status < 400 ? "done" : status < 500 ? "refused" : "failed");
        });
        exchange.getMessage().setBody(answer.encode());
    }

    /** What the last part of a form's path says. */
    static String words(String path) {
        String verb = path.substring(path.lastIndexOf('/') + 1);
        return WORDS.getOrDefault(verb, verb.replace('-', ' '));
    }

    /** The page of what a form was about, or the list that it stands in; null where there is neither. */
    static String link(String path, Predicate<String> shown) {
        String page = path;
        while (page.startsWith("/ops/") && !shown.test(page)) {
            page = page.substring(0, page.lastIndexOf('/'));
        }
        return page.startsWith("/ops/") ? page : null;
    }

    /** Whether a page is at a path, as the routes say it that run. */
    private Predicate<String> shown() {
        List<String> paths = camel.getRoutes().stream().map(Route::getEndpoint)
                .filter(PlatformHttpEndpoint.class::isInstance).map(PlatformHttpEndpoint.class::cast)
                .filter(one -> "GET".equals(one.getHttpMethodRestrict()) && one.getPath().startsWith("/ops/"))
                .map(one -> one.getPath().replaceAll("\\{[^}]*}", "[^/]+")).toList();
        return Pattern.compile(paths.stream().collect(Collectors.joining("|"))).asMatchPredicate();
    }
}
