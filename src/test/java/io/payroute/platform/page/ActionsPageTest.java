package io.payroute.platform.page;

import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ActionsPageTest {

    private static final Pattern PAGES = Pattern.compile("/ops/things|/ops/things/[^/]+|/ops/cases|/ops/letters/[^/]+/[^/]+");

    @ParameterizedTest
    @CsvSource(nullValues = "none", value = {"/ops/things/7/ask, ask the provider, /ops/things/7",
            "/ops/cases/7/close, close, /ops/cases",
            "/ops/letters/toy/7/edit, edit the payload, /ops/letters/toy/7",
            "/ops/things/7/findings/3/close, close, /ops/things/7",
            "/ops/things, things, /ops/things", "/api/v1/routes/reload, reload, none", "/ops/gone/7/replay, replay, none"})
    void shouldSayWhatWasDoneAndLeadToIt(String path, String words, String link) {
        assertThat(ActionsPage.words(path)).isEqualTo(words);
        assertThat(ActionsPage.link(path, PAGES.asMatchPredicate())).isEqualTo(link);
    }
}
