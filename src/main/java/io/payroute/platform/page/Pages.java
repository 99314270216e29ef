package io.payroute.platform.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.payroute.platform.Roles;
import io.payroute.platform.Templates;
import io.payroute.platform.access.AccessGuard;
import io.payroute.platform.access.OperatorActions;
import io.payroute.platform.http.Problems;
import io.quarkus.arc.Unremovable;

/**
 * Makes a page for a browser of the JSON that the same step answers over HTTP, by a template of {@code templates/page}: there is one
 * way to read a thing, and every value is escaped. A page works without scripts; what it changes, it changes by forms.
 */
@ApplicationScoped
@Unremovable
@Named("pages")
public class Pages {

    /** Exchange property with what was requested, kept because steps answer by replacing all headers. */
    private static final String REQUEST = "payroute.page.request";
    /** Exchange property with the page that a step is to make or to lead to. */
    private static final String PAGE = "page";
    private static final String REASON = "reason";
    private static final String PASSWORD = "password";
    private static final int INVALID = 422;
    private static final ObjectMapper EXACT = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    /** Headers of this name are parts of the path. */
    private static final Set<String> IN_PATHS = Set.of("id", "role", "deliveryId", "findingId");
    private static final List<PageLink> SHARED = List.of(new PageLink(null, "/ops", "Overview"),
            new PageLink(null, "/ops/dead-letters", "Dead letters"), new PageLink(null, "/ops/routes", "Routes"),
            new PageLink(null, "/ops/actions", "Actions"));

    private final Roles roles;
    private final Instance<PageLink> links;
    private final Problems problems;
    private final OperatorActions actions;
    private final boolean embedded;
    private volatile Templates templates;

    Pages(Roles roles, @Any Instance<PageLink> links, Problems problems, OperatorActions actions,
            @ConfigProperty(name = "payroute.mode", defaultValue = "embedded") String mode) {
        this.embedded = mode.equals("embedded");
        this.roles = roles;
        this.links = links;
        this.problems = problems;
        this.actions = actions;
    }

    /** The first step of a page: what was requested is known at its end. */
    public void begin(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<String, Object> request = new HashMap<>();
        // A form sends what nobody has filled in, too.
        message.getHeaders().values().removeIf(""::equals);
        Map<String, String> filters = new TreeMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (Character.isLowerCase(name.charAt(0)) && value instanceof String && !name.equals(PASSWORD)) {
                request.put(name, value);
            }
        });
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        request.forEach((name, value) -> {
            if (!IN_PATHS.contains(name)) {
                filters.put(name, value.toString());
            }
        });
        request.put("filters", filters);
        request.put("path", path);
        request.put("caller", message.getHeader(AccessGuard.CALLER_HEADER, "", String.class));
        if (request.get(REASON) instanceof String reason) {
            actions.because(request.get("caller").toString(), path, reason.strip());
        }
        exchange.setProperty(REQUEST, request);
        exchange.setProperty(Problems.INSTANCE, path);
    }

    /** Makes the page, by the template that the exchange property {@value #PAGE} names. */
    public void render(Exchange exchange) {
        render(exchange, exchange.getProperty(PAGE, String.class));
    }

    private void render(Exchange exchange, String name) {
        Message message = exchange.getMessage();
        String json = message.getBody(String.class);
        show(exchange, name, json == null || json.isEmpty() ? Map.of() : withMore(exchange, read(json)));
    }

    /** An amount keeps its decimals: 12.50 is not shown as 12.5. */
    public static Map<String, Object> read(String json) {
        try {
            return EXACT.readValue(json, new TypeReference<>() {
            });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds the address of the next page, when there is one. */
    private static Map<String, Object> withMore(Exchange exchange, Map<String, Object> body) {
        Object cursor = body.get("next_cursor");
        if (cursor != null) {
            Map<Object, Object> query = new TreeMap<>((Map<?, ?>) exchange.getProperty(REQUEST, Map.class).get("filters"));
            query.put("cursor", cursor);
            body.put("more", query.entrySet().stream()
                    .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue().toString(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&", "?", "")));
        }
        return body;
    }

    /** The page of an installation that somebody tries: it needs no login, because the payment that it makes needs none. */
    public void first(Exchange exchange) {
        if (embedded) {
            show(exchange, "first", Map.of());
        } else {
            lead(exchange, "/ops");
        }
    }

    /**
     * Leads the browser, which has sent a form, to a page: reloading that one changes nothing again. The exchange property
     * {@value #PAGE} has its path, in which {@code {id}} is what the request had there.
     */
    public void lead(Exchange exchange) {
        lead(exchange, exchange.getProperty(PAGE, String.class));
    }

    private void lead(Exchange exchange, String pattern) {
        Message message = exchange.getMessage();
        String path = pattern;
        for (Map.Entry<?, ?> value : ((Map<?, ?>) exchange.getProperty(REQUEST, Map.class)).entrySet()) {
            path = path.replace("{" + value.getKey() + "}",
                    URLEncoder.encode(value.getValue().toString(), StandardCharsets.UTF_8));
        }
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 303);
        message.setHeader("Location", path);
        message.setBody("");
    }

    /**
     * Shows what a step failed with, in the words that a program would get. A page whose name was set before the step that refused
     * what was entered shows it above its form, which keeps what was entered.
     */
    public void problem(Exchange exchange) {
        problems.render(exchange);
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        Object retry = exchange.getMessage().getHeader("Retry-After");
        String page = exchange.getProperty(PAGE, "/", String.class);
        if (status == INVALID && !page.startsWith("/")) {
            show(exchange, page, Map.of("problem", read(exchange.getMessage().getBody(String.class))));
        } else {
            render(exchange, "problem");
        }
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        if (retry != null) {
            exchange.getMessage().setHeader("Retry-After", retry);
        }
    }

    private void show(Exchange exchange, String name, Map<String, Object> body) {
        Map<?, ?> request = exchange.getProperty(REQUEST, Map.of(), Map.class);
        Map<String, Object> values = new HashMap<>();
        values.put("it", body);
        values.put("request", request);
        values.put("links", links().map(link -> Map.of("path", link.path(), "title", link.title(), "here",
                isWithin(String.valueOf(request.get("path")), link.path()))).toList());
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        message.setBody(templates().render(name + ".html", values));
    }

    /** Of the page that a path is or belongs to; null where there is none. */
    String title(String path) {
        return links().filter(link -> isWithin(path, link.path())).map(PageLink::title).findFirst().orElse(null);
    }

    /** In one order on every page and after every start. */
    private Stream<PageLink> links() {
        return Stream.concat(SHARED.stream().limit(1), Stream.concat(
                links.stream().filter(link -> roles.isActive(link.role())).sorted(Comparator.comparing(PageLink::title)),
                SHARED.stream().skip(1)));
    }

    private static boolean isWithin(String path, String link) {
        return path.equals(link) || !link.equals("/ops") && path.startsWith(link + "/");
    }

    /** Nobody who never opens a page pays for them. */
    private Templates templates() {
        if (templates == null) {
            templates = new Templates("templates/page");
        }
        return templates;
    }
}
