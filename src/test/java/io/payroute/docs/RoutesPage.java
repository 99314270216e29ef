package io.payroute.docs;

import java.beans.Introspector;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import io.payroute.notification.DueNotification;
import io.payroute.payment.provider.ProviderCall;
import io.payroute.platform.kafka.KafkaRecord;
import io.payroute.platform.route.Hook;
import io.payroute.platform.route.RoleFiles;
import io.payroute.proto.payment.PaymentStatusUpdated;

/** What a route may name, from the route files, the classes and what roles declare; printed for docs/routes.md. */
final class RoutesPage {

    /** Beans that are meant for a team's steps, or that a route of a team cannot do without. */
    private static final Set<String> FOR_AUTHORS = Set.of("channels", "deadLetters", "failures", "kafkaBatch",
            "plainHttpClient",
            "problems", "providerFailure", "recordOutcome", "waitingHttp");
    private static final List<Class<?>> BODIES = List.of(ProviderCall.class, DueNotification.class, KafkaRecord.class,
            PaymentStatusUpdated.class);
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path RESOURCES = Path.of("src/main/resources");

    /** A bean that a route can name. */
    private record Bean(String name, Class<?> type, String says) {
    }

    private final Map<String, Bean> beans = new TreeMap<>();
    /** What the packaged routes call, with the words of the steps that do. */
    private final Map<String, Map<String, Set<String>>> calls = new TreeMap<>();
    private final List<Map<?, ?>> routes = new ArrayList<>();
    private final List<Map<?, ?>> configurations = new ArrayList<>();

    RoutesPage() {
        Pages.files(SOURCES.toString(), ".java").forEach(this::readBeans);
        Pages.files(RESOURCES.resolve("routes").toString(), ".camel.yaml").forEach(file -> {
            for (Object entry : (List<?>) yaml(file)) {
                add(routes, ((Map<?, ?>) entry).get("route"));
                add(configurations, ((Map<?, ?>) entry).get("routeConfiguration"));
                readCalls(entry, "");
            }
        });
    }

    static List<Hook> hooks() {
        return RoleFiles.all().stream().flatMap(role -> role.hooks().stream()).toList();
    }

    String print() {
        return Stream.of(hooksPart(), beansPart(), addresses(), queues(), configurationsPart(), kamelets(), bodies(), steps())
                .collect(Collectors.joining("\n"));
    }

    private String hooksPart() {
        return "## Hooks\n\n" + hooks().stream()
                .map(hook -> "### " + code(hook.id()) + "\n\n" + hook.purpose() + "\n\nThe body is a "
                        + code(hook.body().getSimpleName())
                        + (hook.fields().isEmpty()
                                ? ": the same as its headers, as JSON.\n"
                                : ":\n\n" + named("${body.…}", hook.fields()))
                        + (hook.headers().isEmpty() ? "" : "\n" + named("header", hook.headers())) + "\n**What it may do.** "
                        + hook.may() + "\n\n**When a step of it fails.** " + hook.onFailure() + "\n")
                .collect(Collectors.joining("\n"));
    }

    private static String named(String head, Map<String, String> words) {
        return table(head, "meaning") + words.entrySet().stream().map(one -> row(code(one.getKey()), one.getValue()))
                .collect(Collectors.joining());
    }

    private String beansPart() {
        return "## Beans for your steps\n\n" + table("bean", "method", "takes", "gives", "does") + beans.values().stream()
                .filter(bean -> FOR_AUTHORS.contains(bean.name())).map(this::methods).collect(Collectors.joining());
    }

    private String methods(Bean bean) {
        List<Method> methods = Arrays.stream(bean.type().getDeclaredMethods()).filter(RoutesPage::isCallable)
                .filter(method -> bean.name().equals("channels")
                        || calls.getOrDefault(bean.name(), Map.of()).containsKey(method.getName()))
                .sorted((a, b) -> a.getName().compareTo(b.getName())).toList();
        return methods.isEmpty()
                ? row(code("#" + bean.name()), "", "", "", bean.says())
                : methods.stream().map(method -> row(code(bean.name()), code(method.getName()), takes(method),
                        method.getReturnType() == void.class ? "" : method.getReturnType().getSimpleName(),
                        documented(bean, method.getName()))).collect(Collectors.joining());
    }

    private String steps() {
        return "## Steps of the packaged routes\n\nThese beans do the work of the packaged routes and keep what Payroute promises. They are "
                + "listed for those who replace such a route and keep its steps.\n\n"
                + table("bean", "methods in use", "why it exists")
                + beans.values().stream().filter(bean -> !FOR_AUTHORS.contains(bean.name()))
                        .filter(bean -> calls.containsKey(bean.name()))
                        .map(bean -> row(code(bean.name()),
                                calls.get(bean.name()).keySet().stream().filter(name -> !name.isEmpty())
                                        .map(RoutesPage::code).collect(Collectors.joining(", ")),
                                bean.says()))
                        .collect(Collectors.joining());
    }

    private String addresses() {
        Set<String> hooks = hooks().stream().map(Hook::address).collect(Collectors.toSet());
        return "## Addresses\n\nA step calls one of these by `to`, and a file with the route's id replaces it.\n\n"
                + table("address", "route", "what it does", "on failure") + from("direct:").map(route -> row(code(uri(route)),
                        code(route.get("id")), hooks.contains(uri(route)) ? "a hook, see above" : text(route, "description"),
                        code(route.get("routeConfigurationId")))).collect(Collectors.joining());
    }

    private String queues() {
        return "## Queues and events\n\nBehind a step that commits tasks stands `to: work:…`, behind one that commits events `to: outbox:…`.\n\n"
                + table("address", "route", "what it does") + Stream.concat(from("work:"), from("outbox:"))
                        .map(route -> row(code(uri(route)), code(route.get("id")), text(route, "description")))
                        .collect(Collectors.joining());
    }

    private String configurationsPart() {
        return "## What happens on failure\n\nA route names one of these by `routeConfigurationId`.\n\n"
                + table("name", "on failure")
                + configurations.stream().map(one -> row(code(one.get("id")), text(one, "description")))
                        .collect(Collectors.joining());
    }

    private static String kamelets() {
        StringBuilder part = new StringBuilder("## Kamelets\n");
        for (Path file : Pages.files(RESOURCES.resolve("kamelets").toString(), ".kamelet.yaml")) {
            Map<?, ?> definition = map(map(map(yaml(file)).get("spec")).get("definition"));
            String name = file.getFileName().toString().replaceFirst("\\..*", "");
            part.append("\n### ").append(code(name)).append("\n\n").append(text(definition, "description")).append(".\n");
            if (definition.get("properties") instanceof Map<?, ?> properties) {
                part.append('\n').append(table("property", "default", "what it is"));
                properties.forEach((key, value) -> part.append(row(code(key),
                        map(value).get("default") == null || text(map(value), "default").isBlank()
                                ? ""
                                : code(text(map(value), "default")),
                        map(value).get("description") == null ? text(map(value), "title") : text(map(value), "description"))));
            }
        }
        return part.toString();
    }

    private static String bodies() {
        return "## Bodies\n\nWhat `${body.…}` may name where the body is one of these; those of hooks stand with the hook.\n\n"
                + table("body", "fields")
                + BODIES.stream().map(type -> row(code(type.getSimpleName()), String.join(", ", fields(type))))
                        .collect(Collectors.joining());
    }

    private static List<String> fields(Class<?> type) {
        if (type.isRecord()) {
            return Arrays.stream(type.getRecordComponents()).filter(one -> Modifier.isPublic(one.getAccessor().getModifiers()))
                    .map(one -> code(one.getName())).toList();
        }
        if (type == PaymentStatusUpdated.class) {
            return PaymentStatusUpdated.getDescriptor().getFields().stream().map(field -> code(field.getJsonName())).toList();
        }
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> isCallable(method) && method.getParameterCount() == 0 && method.getReturnType() != void.class)
                .map(method -> code(method.getName())).sorted().toList();
    }

    private Stream<Map<?, ?>> from(String scheme) {
        return routes.stream().filter(route -> uri(route).startsWith(scheme)).sorted((a, b) -> uri(a).compareTo(uri(b)))
                .map(route -> route);
    }

    private static String uri(Map<?, ?> route) {
        return text(map(route.get("from")), "uri");
    }

    private static void add(List<Map<?, ?>> list, Object node) {
        if (node instanceof Map<?, ?> found) {
            list.add(found);
        }
    }

    private void readCalls(Object node, String description) {
        if (node instanceof List<?> list) {
            list.forEach(one -> readCalls(one, description));
        } else if (node instanceof Map<?, ?> step) {
            String words = step.get("description") == null ? description : text(step, "description");
            if (step.get("ref") instanceof String ref) {
                calls.computeIfAbsent(ref, made -> new TreeMap<>())
                        .computeIfAbsent(Objects.toString(step.get("method"), ""), made -> new LinkedHashSet<>()).add(words);
            }
            step.values().forEach(value -> readCalls(value, words));
        }
    }

    private void readBeans(Path file) {
        String source = Pages.read(file);
        if (!source.contains("@Named")) {
            return;
        }
        try {
            Class<?> type = Class.forName(SOURCES.relativize(file).toString().replace('/', '.').replaceFirst("\\.java$", ""),
                    false,
                    RoutesPage.class.getClassLoader());
            add(type.getAnnotation(Named.class), Introspector.decapitalize(type.getSimpleName()), type,
                    sentence(source, "(?:public |final |abstract )*class " + type.getSimpleName()));
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Produces.class)) {
                    add(method.getAnnotation(Named.class), method.getName(), method.getReturnType(),
                            sentence(source, "[^\n;]*\\b" + method.getName() + "\\("));
                }
            }
            for (Field field : type.getDeclaredFields()) {
                if (field.isAnnotationPresent(Produces.class)) {
                    add(field.getAnnotation(Named.class), field.getName(), field.getType(),
                            sentence(source, "[^\n;]*\\b" + field.getName() + "\\b"));
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(Named named, String otherwise, Class<?> type, String says) {
        if (named != null) {
            String name = named.value().isEmpty() ? otherwise : named.value();
            beans.put(name, new Bean(name, type, says));
        }
    }

    private String documented(Bean bean, String method) {
        String source = Pages.read(SOURCES.resolve(bean.type().getName().replace('.', '/') + ".java"));
        String said = sentence(source, "public [^\n(]*\\b" + method + "\\(");
        return said.isEmpty() ? bean.says() : said;
    }

    /** The first sentence of the comment that stands before what matches. */
    private static String sentence(String source, String declaration) {
        Matcher comment = Pattern
                .compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@[A-Z]\\w*(?:\\((?:[^()]|\\([^()]*\\))*\\))?\\s*)*" + declaration,
                        Pattern.DOTALL)
                .matcher(source);
        if (!comment.find()) {
            return "";
        }
        String text = comment.group(1).replaceAll("\\n\\s*\\*", "\n").replaceAll("(?s)\\n\\s*@param.*", "")
                .replaceAll("\\s+", " ").replaceFirst("^ ?@return", "Gives").replaceAll("(?s) @(?:return|throws).*", "").strip()
                .replaceAll("\\{@code ((?:[^{}]|\\{[^{}]*})*)}", "`$1`")
                .replaceAll("\\{@(?:link|value) (?:[^}]*[.#])?([^}]*)}", "`$1`")
                .replaceAll("<[^>]*>", "");
        return text.replaceFirst("(?s)[.] .*", ".").replace("|", "/");
    }

    private static boolean isCallable(Method method) {
        return Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic()
                && !method.getName().matches("equals|hashCode|toString");
    }

    private static String takes(Method method) {
        return Arrays.stream(method.getParameters()).map(Parameter::getType).map(Class::getSimpleName)
                .map(name -> name.equals("Exchange") ? "the message" : name).distinct().collect(Collectors.joining(", "));
    }

    private static Object yaml(Path file) {
        return new Load(LoadSettings.builder().build()).loadFromString(Pages.read(file));
    }

    private static Map<?, ?> map(Object node) {
        return (Map<?, ?>) node;
    }

    private static String text(Map<?, ?> map, String key) {
        return Objects.toString(map.get(key), "").replaceAll("\\s+", " ").strip().replace("|", "\\|").replaceFirst("\\.$", "");
    }

    private static String code(Object word) {
        return "`" + word + "`";
    }

    private static String table(String... heads) {
        return row(heads) + "|---".repeat(heads.length) + "|\n";
    }

    private static String row(String... cells) {
        return Stream.of(cells).collect(Collectors.joining(" | ", "| ", " |\n")).replace("|  |", "| |");
    }
}
