package io.payroute.platform.route;

import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.payroute.platform.ConfigFolder;

/**
 * What a role requires of its routes and of its other files in the folder, known without the application: each role names its own in
 * META-INF/services.
 */
public interface RoleFiles {

    Pattern LINE = Pattern.compile("line (\\d+)");

    /** @param line counted from 1 */
    record Problem(String file, int line, String text) {
    }

    /** The steps that its queues cannot do without. */
    QueueSteps steps();

    /** Its places for a team's own steps, in the order in which a payment meets them. */
    default List<Hook> hooks() {
        return List.of();
    }

    /** What is wrong with files that only the role can read. */
    List<Problem> problems(ConfigFolder folder, Set<String> routeIds);

    /**
     * Settings without which the role cannot work with these files, such as a secret. Asked before anything is started.
     *
     * @param config gives the value of a key that is set, or null
     * @return one sentence each, that names the key and the remedy
     */
    default List<String> missing(ConfigFolder folder, UnaryOperator<String> config) {
        return List.of();
    }

    /** Of every role. */
    static List<RoleFiles> all() {
        return ServiceLoader.load(RoleFiles.class, RoleFiles.class.getClassLoader()).stream().map(Provider::get).toList();
    }

    /** The line that a message names, as "line 7"; 1 when it names none. */
    static int line(String message) {
        Matcher line = LINE.matcher(message);
        return line.find() ? Integer.parseInt(line.group(1)) : 1;
    }
}
