package io.payroute.platform.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.command.Changes.Change;
import io.payroute.platform.config.FolderKeys;
import io.payroute.platform.route.check.RouteCheck;

import static org.assertj.core.api.Assertions.assertThat;

/** Each change of docs/changes.md alone; what it does, the packaged application shows. */
class ChangesTest {

    @TempDir
    private Path folder;

    static List<Change> changes() throws IOException {
        return Changes.all();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldBeAppliedAsShownAndPassTheCheck(Change change) throws Exception {
        // When
        Changes.make(change, folder);

        // Then
        ConfigFolder changed = ConfigFolder.at(folder);
        assertThat(changed.files()).isNotEmpty();
        assertThat(RouteCheck.check(changed, FolderKeys.problems(changed))).isEmpty();
        assertThat(change.text().lines().filter(line -> line.matches("[+-](?![+-]{2} ).*"))).hasSizeBetween(1, 60);
    }
}
