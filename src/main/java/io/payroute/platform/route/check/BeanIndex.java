package io.payroute.platform.route.check;

import java.beans.Introspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.persistence.EntityManagerFactory;

import org.apache.camel.spi.UriEndpoint;

import io.payroute.platform.Defaults;
import io.payroute.platform.PackagedFiles;

/**
 * The beans that a route can name, and our own endpoints, known from the classes of the package: there is no application that could be
 * asked.
 */
final class BeanIndex {

    private static final String NAMED = "Ljakarta/inject/Named;";
    private static final String ENDPOINT = "Lorg/apache/camel/spi/UriEndpoint;";

    /** Quarkus makes a bean of each persistence unit, by its name. */
    private static final Pattern UNIT = Pattern.compile("quarkus\\.hibernate-orm\\.([a-z]+)\\.packages");

    private final Map<String, String> beans = new TreeMap<>();
    private final Map<String, String> endpoints = new TreeMap<>();

    /** Reads all classes. */
    BeanIndex() {
        PackagedFiles.each("io/payroute", ".class", this::read);
        Defaults.packaged().all().stringPropertyNames().stream().map(UNIT::matcher).filter(Matcher::matches)
                .forEach(unit -> beans.put(unit.group(1), EntityManagerFactory.class.getName()));
    }

    /** Of classes that were read before: both by the names of the classes. */
    BeanIndex(Map<String, String> beans, Map<String, String> endpoints) {
        this.beans.putAll(beans);
        this.endpoints.putAll(endpoints);
    }

    private void read(String name, Path file) {
        try {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (!content.contains(NAMED) && !content.contains(ENDPOINT)) {
                return;
            }
            Class<?> type = type(name.replace('/', '.').replaceFirst("\\.class$", ""));
            UriEndpoint endpoint = type.getAnnotation(UriEndpoint.class);
            if (endpoint != null) {
                endpoints.put(endpoint.scheme(), type.getName());
            }
            add(type.getAnnotation(Named.class), Introspector.decapitalize(type.getSimpleName()), type);
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Produces.class)) {
                    add(method.getAnnotation(Named.class), method.getName(), method.getReturnType());
                }
            }
            for (Field field : type.getDeclaredFields()) {
                if (field.isAnnotationPresent(Produces.class)) {
                    add(field.getAnnotation(Named.class), field.getName(), field.getType());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            // It is not part of the package, as the embedded servers.
        }
    }

    private void add(Annotation named, String otherwise, Class<?> type) {
        if (named instanceof Named name) {
            beans.put(name.value().isEmpty() ? otherwise : name.value(), type.getName());
        }
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName(name, false, BeanIndex.class.getClassLoader());
    }

    /** By their names the names of their classes. */
    Map<String, String> beans() {
        return beans;
    }

    Set<String> names() {
        return beans.keySet();
    }

    boolean has(String bean) {
        return beans.containsKey(bean);
    }

    /** Our own components: by scheme the name of the endpoint's class. */
    Map<String, String> endpoints() {
        return endpoints;
    }

    /** Its class. */
    Class<?> endpoint(String scheme) {
        return known(endpoints.get(scheme));
    }

    /** What can be called by its name. */
    Set<String> methods(String bean) {
        Set<String> methods = new TreeSet<>();
        Arrays.stream(known(beans.get(bean)).getMethods()).filter(method -> method.getDeclaringClass() != Object.class)
                .forEach(method -> methods.add(method.getName()));
        return methods;
    }

    private static Class<?> known(String name) {
        try {
            return type(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
