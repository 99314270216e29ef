package io.payroute.platform.reload;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.ConfigFolder;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.reload.RouteSwap.Change;

import static org.assertj.core.api.Assertions.assertThat;

class ReloadPlanTest {

    private static final String ROUTE = """
            - route:
                id: payment-mine
                description: %s
                from:
                  uri: direct:payment-mine
                  steps:
                    - %s
            """;
    private static final String KAMELET = """
            kind: Kamelet
            metadata:
              name: say
            spec:
              definition:
                title: %s
            """;

    @TempDir
    private Path folder;

    private final RunningFiles running = new RunningFiles();

    @BeforeEach
    void folders() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("kamelets"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"to: kamelet:say", "to: {uri: kamelet:say, id: one}", "kamelet: {name: say}",
            "kamelet:\n              id: one\n              name: say"})
    void shouldChangeTheRoutesThatUseAKameletWithIt(String step) throws Exception {
        // Given
        write("routes/mine.camel.yaml", ROUTE.formatted("Mine.", step));
        write("kamelets/say.kamelet.yaml", KAMELET.formatted("old"));
        running.remember(ConfigFolder.at(folder));
        write("kamelets/say.kamelet.yaml", KAMELET.formatted("new"));

        // When
        ReloadPlan plan = plan("direct:any");

        // Then
        assertThat(plan.changes()).extracting(Change::id).containsExactly("payment-mine");
        assertThat(plan.kamelets()).containsOnlyKeys("say");
    }

    @Test
    void shouldBringBackThePackagedRouteWhenTheFileIsRemoved() throws Exception {
        // Given
        String packaged = Files.readString(Path.of("src/main/resources/routes/payment/provider-sandbox.camel.yaml"));
        write("routes/sandbox.camel.yaml", packaged.replaceFirst("description: .*", "description: Mine."));
        write("routes/mine.camel.yaml", ROUTE.formatted("Mine.", "to: log:a"));
        running.remember(ConfigFolder.at(folder));
        Files.delete(folder.resolve("routes/sandbox.camel.yaml"));
        Files.delete(folder.resolve("routes/mine.camel.yaml"));

        // When
        Reload reload = plan("direct:any").reload("ada", Result.RELOADED, java.util.List.of());

        // Then
        assertThat(reload.replaced()).containsExactly("provider-sandbox");
        assertThat(reload.removed()).containsExactly("payment-mine");
        assertThat(reload.needsRestart()).isEmpty();
        assertThat(reload.diff()).contains("-    description: Mine.");
    }

    @Test
    void shouldMissAFolderThatWasThere() throws Exception {
        // Given
        running.remember(ConfigFolder.at(folder));

        // When
        boolean misses = running.misses(ConfigFolder.at(folder.resolve("unmounted")));

        // Then
        assertThat(misses).isTrue();
        assertThat(running.misses(ConfigFolder.at(folder))).isFalse();
        assertThat(new RunningFiles().misses(ConfigFolder.at(folder.resolve("unmounted")))).isFalse();
    }

    @Test
    void shouldLeaveToARestartWhatARequestWouldMiss() throws Exception {
        // Given
        write("routes/mine.camel.yaml", ROUTE.formatted("Mine.", "to: kamelet:say"));
        write("kamelets/say.kamelet.yaml", KAMELET.formatted("old"));
        running.remember(ConfigFolder.at(folder));
        write("routes/mine.camel.yaml", ROUTE.formatted("Mine, again.", "to: kamelet:say"));
        write("kamelets/say.kamelet.yaml", KAMELET.formatted("new"));
        write("application.properties", "payment.charge.lease=90s");

        // When
        ReloadPlan plan = plan("platform-http:///mine");

        // Then
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.kamelets()).isEmpty();
        assertThat(plan.reload("ada", Result.UNCHANGED, java.util.List.of()).needsRestart())
                .containsExactlyInAnyOrder("route payment-mine", "kamelet say", "application.properties");
    }

    private ReloadPlan plan(String begins) {
        return ReloadPlan.of(running, ConfigFolder.at(folder), id -> begins);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }
}
