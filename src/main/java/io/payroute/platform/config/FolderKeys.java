package io.payroute.platform.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.route.RoleFiles.Problem;

/** Checks the keys of the folder as the start does, with the lines on which they stand. */
public final class FolderKeys {

    private FolderKeys() {
    }

    public static List<Problem> problems(ConfigFolder folder) {
        List<Problem> problems = new ArrayList<>();
        folder.file("application.properties").ifPresent(file -> {
            try {
                Map<String, String> keys = folder.properties();
                List<String> lines = Files.readAllLines(file);
                ConfigKeys known = ConfigKeys.packagedOnes();
                keys.forEach((key, value) -> known.wrong(key, value)
                        .ifPresent(wrong -> problems.add(new Problem(file.toString(), lineOf(lines, key), wrong))));
            } catch (IllegalStateException e) {
                problems.add(new Problem(file.toString(), 1, e.getMessage().replace(file + " ", "it ")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return problems;
    }

    private static int lineOf(List<String> lines, String key) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().startsWith(key)) {
                return i + 1;
            }
        }
        return 1;
    }
}
