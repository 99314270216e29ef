package io.payroute.platform.route.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

import io.payroute.platform.Roles;
import io.payroute.platform.route.RoleFiles;
import io.payroute.platform.route.RouteOutline;
import io.payroute.platform.route.RouteRules;

/** Has Camel's own parser read the files, in a context that is never started, and holds what comes of it to {@link RouteRules}. */
final class ModelCheck {

    private static final Pattern PRECONDITION = Pattern.compile("(?<=precondition:[^\\n]{0,80})\\{\\{([^}]+)}}");
    private static final Pattern THERE = Pattern
            .compile("(?:has routeConfigurationId '([^']*)'|calls \\S+, which .*)(; there are \\[(.*)]\\.)$");
    private static final Pattern LINE = Pattern.compile("line[: ]+(\\d+)");

    private final Findings findings;
    private final Placeholders placeholders;

    ModelCheck(Findings findings, Placeholders placeholders) {
        this.findings = findings;
        this.placeholders = placeholders;
    }

    /** @return the routes as Camel reads them */
    List<RouteDefinition> check(Collection<SourceFile> files, Ids ids) {
        // Never started, so there is nothing to close.
        DefaultCamelContext context = new DefaultCamelContext();
        // Otherwise the configuration of the application is read as a whole, which starts the embedded servers.
        ((PropertiesComponent) context.getPropertiesComponent()).setAutoDiscoverPropertiesSources(false);
        Properties known = new Properties();
        known.putAll(placeholders.values());
        context.getPropertiesComponent().setInitialProperties(known);
        files.forEach(file -> switchOn(context, file));
        files.forEach(file -> load(context, file));
        rules(context.getRouteDefinitions(), ids);
        return context.getRouteDefinitions();
    }

    /** Routes are checked also where they are off. */
    private static void switchOn(DefaultCamelContext context, SourceFile file) {
        Matcher conditions = PRECONDITION.matcher(file.text());
        while (conditions.find()) {
            context.getPropertiesComponent().addOverrideProperty(conditions.group(1), "true");
        }
    }

    private void load(DefaultCamelContext context, SourceFile file) {
        Resource resource = ResourceHelper.fromString(file.name(), file.text());
        try {
            PluginHelper.getRoutesLoader(context).updateRoutes(resource);
        } catch (Exception e) {
            if (!findings.has(file)) {
                Throwable cause = e;
                while (cause.getCause() != null && cause.getCause() != cause) {
                    cause = cause.getCause();
                }
                String message = String.valueOf(cause.getMessage());
                Matcher line = LINE.matcher(message);
                findings.add(file, line.find() ? Integer.parseInt(line.group(1)) : 1,
                        "Camel cannot read this: " + message.lines().findFirst().orElse("").strip());
            }
        }
    }

    private void rules(List<RouteDefinition> routes, Ids ids) {
        List<RouteDefinition> checked = ids.checked().stream().map(RouteOutline::definition).toList();
        List<RouteRules.Broken> broken = RouteRules.found(routes, checked, Roles.ALL, ids.configurations(),
                RoleFiles.all().stream().map(RoleFiles::steps).toList());
        List<RouteDefinition> all = new ArrayList<>(routes);
        all.addAll(checked);
        RouteRules.missing(all, Roles.ALL, Roles.WITH_DATABASE).forEach(text -> findings.add(new Finding("routes", 1, text)));
        for (RouteRules.Broken one : broken) {
            if (ids.routes().contains(one.route())) {
                Ids.Part place = ids.place(one.route(), one.at());
                findings.add(place.file(), SourceFile.line(place.node()), shorter(one));
            }
        }
    }

    /** What there is, only as far as it may have been meant. */
    private static String shorter(RouteRules.Broken broken) {
        Matcher list = THERE.matcher(broken.text());
        if (!list.find()) {
            return broken.text();
        }
        String written = "routeConfigurationId".equals(broken.at()) ? list.group(1) : broken.at();
        return broken.text().substring(0, list.start(2)) + Findings.meant(List.of(list.group(3).split(", ")), written);
    }
}
