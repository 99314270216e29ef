package io.payroute.notification.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.payroute.notification.ChannelKinds;
import io.payroute.notification.NotificationBeans;
import io.payroute.notification.NotificationHooks;
import io.payroute.platform.ConfigFolder;
import io.payroute.platform.PackagedFiles;
import io.payroute.platform.route.Hook;
import io.payroute.platform.route.QueueSteps;
import io.payroute.platform.route.RoleFiles;
import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateException;

/**
 * What the role requires of its routes, and of the mail templates in the folder: a mistake in one would be found by a customer's mail
 * that never comes.
 */
public final class NotificationFiles implements RoleFiles {

    private static final String FOLDER = "templates/mail";

    @Override
    public QueueSteps steps() {
        return NotificationBeans.STEPS;
    }

    @Override
    public List<Hook> hooks() {
        return NotificationHooks.all();
    }

    @Override
    public List<Problem> problems(ConfigFolder folder, Set<String> routeIds) {
        List<Problem> problems = new ArrayList<>();
        Set<String> known = new TreeSet<>(Set.of("subject", "date"));
        List<Path> own = new ArrayList<>();
        PackagedFiles.each(FOLDER, "", (name, file) -> {
            Engine engine = Engine.builder().addDefaults().build();
            engine.parse(text(file)).getExpressions().forEach(one -> value(one).ifPresent(known::add));
            folder.file(name).ifPresent(own::add);
        });
        own.forEach(file -> check(file, known, problems));
        folder.routes().forEach(file -> ChannelKinds.check(file, text(file), routeIds, problems));
        return problems;
    }

    private static void check(Path file, Set<String> known, List<Problem> problems) {
        try {
            Template template = Engine.builder().addDefaults().build().parse(text(file), null, file.getFileName().toString());
            for (Expression one : template.getExpressions()) {
                value(one).filter(name -> !known.contains(name)).ifPresent(name -> problems.add(new Problem(file.toString(),
                        one.getOrigin().getLine(), "no mail has the value '" + name + "'; there are " + String.join(", ", known)
                                + ".")));
            }
        } catch (TemplateException e) {
            int line = e.getOrigin() == null ? RoleFiles.line(String.valueOf(e.getMessage())) : e.getOrigin().getLine();
            problems.add(new Problem(file.toString(), line, "Qute cannot read this: "
                    + String.valueOf(e.getMessage()).replaceFirst("(?s)^.*?:[0-9]+]: ", "").lines().findFirst().orElse("")));
        }
    }

    /** The name of a value that must be given; empty for literals and what a template sets itself. */
    private static Optional<String> value(Expression expression) {
        return expression.isLiteral() || expression.hasNamespace() || expression.getParts().isEmpty()
                ? Optional.empty()
                : Optional.of(expression.getParts().get(0).getName());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
