package io.payroute.platform.route.check;

import java.lang.reflect.Field;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;

/** Holds an endpoint to Camel's catalogue: whether its component is in the package, its options, and their values. */
final class EndpointCheck {

    private static final String OURS = "io.payroute.";
    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component/";

    private static final Pattern MILLISECONDS = Pattern.compile("[0-9]+ms");

    private final CamelCatalog catalog = new DefaultCamelCatalog(true);
    private final BeanIndex beans;
    private final Set<String> schemes = new TreeSet<>();
    /** By scheme what ours take, beside Camel's own options where it is one of Camel's that ours extends. */
    private final Map<String, Set<String>> added = new TreeMap<>();

    EndpointCheck(BeanIndex beans) {
        this.beans = beans;
        Set<String> camels = Set.copyOf(catalog.findComponentNames());
        beans.endpoints().keySet().forEach(scheme -> {
            Class<?> type = beans.endpoint(scheme);
            added.put(scheme, options(type));
            if (!camels.contains(scheme)) {
                catalog.addComponent(scheme, type.getName(), described(scheme, type));
            }
        });
    }

    CamelCatalog catalog() {
        return catalog;
    }

    /** One thing that is wrong; with the option that it is about, if it is about one. */
    record Wrong(String option, String text) {
    }

    /** @param parameters as Camel will see them */
    List<Wrong> check(String uri, Map<String, String> parameters, boolean consumer) {
        String scheme = uri.replaceFirst("[:?].*", "");
        if (scheme.contains("{{") || scheme.contains("${")) {
            return List.of();
        }
        if (!isThere(scheme)) {
            return List
                    .of(new Wrong(null, "the package has no component '" + scheme + "'" + Findings.meant(schemes(), scheme)));
        }
        if (scheme.equals("kamelet")) {
            return List.of();
        }
        String query = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String path = uri.replaceAll("\\$\\{[^}]*}", "x");
        EndpointValidationResult result = catalog.validateEndpointProperties(
                query.isEmpty() ? path : path + (path.contains("?") ? "&" : "?") + query, false, consumer, !consumer);
        return wrong(scheme, result);
    }

    private List<Wrong> wrong(String scheme, EndpointValidationResult result) {
        List<Wrong> wrong = new ArrayList<>();
        if (result.getSyntaxError() != null) {
            wrong.add(new Wrong(null, "the address cannot be read: " + result.getSyntaxError()));
        }
        each(result.getUnknown(), option -> {
            if (!added.getOrDefault(scheme, Set.of()).contains(option)) {
                wrong.add(new Wrong(option,
                        scheme + " has no parameter '" + option + "'" + Findings.meant(options(scheme), option)));
            }
        });
        each(result.getRequired(), option -> wrong.add(new Wrong(null, scheme + " needs the parameter '" + option + "'.")));
        each(result.getNotConsumerOnly(),
                option -> wrong.add(new Wrong(option, "'" + option + "' of " + scheme + " is for 'to', not for 'from'.")));
        each(result.getNotProducerOnly(),
                option -> wrong.add(new Wrong(option, "'" + option + "' of " + scheme + " is for 'from', not for 'to'.")));
        values(result.getInvalidEnum(), (option, value) -> wrong.add(new Wrong(option, "'" + option + "' is '" + value + "'"
                + Findings.meant(result.getEnumChoices(option), value))));
        values(result.getInvalidBoolean(), (option, value) -> wrong.add(must(option, value, "true or false")));
        values(result.getInvalidInteger(), (option, value) -> wrong.add(must(option, value, "a whole number")));
        values(result.getInvalidNumber(), (option, value) -> wrong.add(must(option, value, "a number")));
        // The catalogue takes no milliseconds for one, which Camel itself does.
        values(result.getInvalidDuration(), (option, value) -> {
            if (!MILLISECONDS.matcher(value).matches()) {
                wrong.add(must(option, value, "a duration: a number and ms, s, m, h or d, such as 5s"));
            }
        });
        values(result.getInvalidReference(),
                (option, value) -> wrong.add(must(option, value, "a bean, written as #name")));
        return wrong;
    }

    private static Wrong must(String option, String value, String what) {
        return new Wrong(option, "'" + option + "' is '" + value + "' and must be " + what + ".");
    }

    private static void each(Set<String> options, Consumer<String> wrong) {
        if (options != null) {
            options.forEach(wrong);
        }
    }

    private static void values(Map<String, String> values, BiConsumer<String, String> wrong) {
        if (values != null) {
            values.forEach(wrong);
        }
    }

    private Set<String> options(String scheme) {
        Set<String> names = new TreeSet<>();
        catalog.componentModel(scheme).getEndpointParameterOptions().forEach(option -> names.add(option.getName()));
        names.addAll(added.getOrDefault(scheme, Set.of()));
        return names;
    }

    private static Set<String> options(Class<?> endpoint) {
        return parameters(endpoint).map(Field::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Also those of a base of ours. */
    private static Stream<Field> parameters(Class<?> endpoint) {
        return Stream.<Class<?>>iterate(endpoint, type -> type.getName().startsWith(OURS), Class::getSuperclass)
                .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                .filter(field -> field.isAnnotationPresent(UriParam.class));
    }

    private boolean isThere(String scheme) {
        return beans.endpoints().containsKey(scheme)
                || EndpointCheck.class.getClassLoader().getResource(COMPONENTS + scheme) != null;
    }

    private Set<String> schemes() {
        if (schemes.isEmpty()) {
            schemes.addAll(beans.endpoints().keySet());
            catalog.findComponentNames().stream().filter(this::isThere).forEach(schemes::add);
        }
        return schemes;
    }

    /** As Camel describes its own components, from the same annotations. */
    private static String described(String scheme, Class<?> type) {
        UriEndpoint endpoint = type.getAnnotation(UriEndpoint.class);
        List<String> options = new ArrayList<>();
        parameters(type).forEach(field -> {
            UriParam param = field.getAnnotation(UriParam.class);
            String javaType = param.javaType().isEmpty() ? field.getType().getName() : param.javaType();
            options.add(option(field.getName(), "parameter", param.label(), typeOf(javaType), javaType));
        });
        options.add(option(endpoint.syntax().replaceFirst(".*:", ""), "path", "", "string", "java.lang.String"));
        return "{\"component\":{\"kind\":\"component\",\"name\":\"%1$s\",\"scheme\":\"%1$s\",\"title\":\"%2$s\",\"syntax\":\"%3$s\"},"
                .formatted(scheme, endpoint.title(), endpoint.syntax())
                + "\"componentProperties\":{},\"properties\":{" + String.join(",", options) + "}}";
    }

    private static String option(String name, String kind, String label, String type, String javaType) {
        return "\"%s\":{\"kind\":\"%s\",\"label\":\"%s\",\"required\":%s,\"type\":\"%s\",\"javaType\":\"%s\"}".formatted(name,
                kind,
                label, kind.equals("path"), type, javaType);
    }

    private static String typeOf(String javaType) {
        return switch (javaType) {
            case "int", "long" -> "integer";
            case "boolean" -> "boolean";
            case "java.time.Duration" -> "duration";
            default -> "string";
        };
    }
}
