package io.payroute.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The pages as somebody sees them who sits in front of a browser. With {@code -Dscreens=write} it makes the pictures of
 * {@code docs/screens} anew.
 */
@Timeout(300)
class ConsoleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Path SCREENS = Path.of("docs/screens");
    private static final String TAB = "\uE004";
    private static final String ENTER = "\uE007";
    /** What a page lacks that a reader of screens or a keyboard needs. */
    private static final String LACKS = """
            const lacks = [], all = css => [...document.querySelectorAll(css)];
            if (!document.documentElement.lang) lacks.push('language');
            if (!document.title) lacks.push('title');
            if (all('h1').length !== 1) lacks.push('one h1');
            if (all('main').length !== 1 || all('header').length !== 1) lacks.push('landmarks');
            if (!all('a[href="#main"]').length) lacks.push('a way to the content');
            all('input:not([type=hidden]), select, textarea').filter(one => !one.labels.length && !one.ariaLabel)
                .forEach(one => lacks.push('label of ' + one.name));
            all('a, button').filter(one => !one.innerText.trim() && !one.ariaLabel).forEach(one => lacks.push('name of ' + one.outerHTML));
            all('table').filter(one => !one.caption).forEach(one => lacks.push('caption'));
            all('th').filter(one => !one.scope).forEach(one => lacks.push('scope of ' + one.innerText));
            return lacks.join(', ')""";

    /** Text that is hard to read: below 4.5 to 1, which WCAG 2.2 wants of text (1.4.3). */
    private static final String PALE = """
            const probe = document.body.appendChild(document.createElement('i'));
            const known = new Map();
            const rgb = color => { if (!known.has(color)) { probe.style.color = color;
                known.set(color, getComputedStyle(probe).color.match(/[0-9.]+/g).map(Number)); } return known.get(color); };
            const light = color => rgb(color).slice(0, 3).map(one => one / 255)
                .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
                .reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
            const behind = at => { for (; at; at = at.parentElement) { const color = getComputedStyle(at).backgroundColor;
                if ((rgb(color)[3] ?? 1) > 0.5) return color; } return 'Canvas'; };
            const pale = [...document.querySelectorAll('body *')]
                .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()) && one.offsetParent)
                .filter(one => { const pair = [light(getComputedStyle(one).color), light(behind(one))].sort((a, b) => b - a);
                    return (pair[0] + 0.05) / (pair[1] + 0.05) < 4.5; })
                .map(one => one.tagName + ' ' + one.innerText.slice(0, 30));
            probe.remove();
            return pale.join(', ')""";

    private static final String ROW = "const row = [...document.querySelectorAll('tr')]"
            + ".find(one => one.cells[1]?.innerText.trim() === arguments[0]); ";
    /** What the console itself requests, with the name and what is read or executed. */
    private static final String JOLOKIA = """
            const done = arguments[arguments.length - 1];
            fetch('/hawtio/jolokia', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(
                {type: '%s', mbean: 'org.apache.camel:context=payroute,type=%s', %s})})
                .then(answer => answer.json()).then(answer => done(answer.status + ' ' + JSON.stringify(answer)));""";

    private static Application application;
    private static Browser browser;

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(Browser.isInstalled(), Browser.MISSING);
        application = Application.shared();
        browser = new Browser("http://127.0.0.1:" + application.httpPort());
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void begin() {
        browser.prefer("light");
        browser.resize(1200, 800);
        browser.errors();
    }

    @Test
    void shouldShowEachStepOnceWhereItBelongsThoughAnEarlierOneIsToldLater() {
        // Given
        browser.open("/");
        browser.run("""
                const created = {type: 'payment.created', at: '1'}, processing = {type: 'payment.status', to: 'processing', at: '3'};
                const call = {type: 'provider.call', outcome: 'completed', at: '2'}, sent = {type: 'mail.sent', at: '4'};
                const told = [[created, processing], [created, call, processing], [created, call, processing, sent, sent]];
                window.fetch = async path => path === '/pay'
                    ? new Response('{"paymentId":"p-1"}', {status: 202})
                    : new Response(JSON.stringify({events: told.shift()}));""");

        // When
        browser.run("document.getElementById('pay').requestSubmit()");

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.text()).contains("Payment p-1"));
        assertThat(browser.run("return [...document.querySelectorAll('#steps li')].map(one => one.textContent).join()"))
                .isEqualTo("accepted: 202,payment.created 1,provider.call: completed 2,payment.status: processing 3,"
                        + "mail.sent 4,mail.sent 4");
    }

    @Test
    void shouldMakeAFirstPaymentByKeyboardAndShowItTravel() throws Exception {
        // Given
        browser.open("/");

        // When
        browser.run("document.getElementById('userId').focus()");
        browser.press(TAB + TAB + TAB + TAB);
        assertThat(browser.run("const at = document.activeElement; "
                + "return at.tagName + getComputedStyle(at).outlineStyle")).isEqualTo("BUTTONsolid");
        browser.press(ENTER);

        // Then
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(browser.text()).contains("accepted: 202", "payment.created", "mail.sent", "Payment "));
        keep("first-payment", "light");
        browser.click("#after a");
        assertThat(browser.path()).startsWith("/login?next=%2Fops%2Fpayments%2F");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void shouldLeadFromTheLoginToWhatWasWanted() throws Exception {
        // Given
        browser.forget();
        browser.open("/ops/actions");
        assertThat(browser.path()).isEqualTo("/login?next=%2Fops%2Factions");

        // When
        logIn("wrong");
        String refused = browser.text();
        browser.open("/ops/actions");
        logIn(password());

        // Then
        assertThat(refused).contains("The name or the password is wrong.");
        assertThat(browser.path()).isEqualTo("/ops/actions");
        browser.clickText("button", "Log out");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.path()).isEqualTo("/login"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void shouldShowEveryPageSoThatEverybodyCanUseIt(String scheme) throws Exception {
        // Given
        String id = application.accepted("{\"userId\":\"ada\",\"description\":\"" + scheme + "\",\"amount\":\"12.50\","
                + "\"currency\":\"EUR\",\"method\":\"card\",\"email\":\"" + Application.newAddress() + "\"}");
        application.awaitStatus(id, "completed");
        browser.prefer(scheme);
        enter("/ops");

        // Then
        for (String path : List.of("/", "/ops", "/ops/payments", "/ops/payments/" + id, "/ops/notifications", "/ops/webhooks",
                "/ops/provider-events", "/ops/disputes", "/ops/conflicts", "/ops/reconciliations", "/ops/dead-letters",
                "/ops/dead-letters/payment", "/ops/routes", "/ops/actions", "/aggregator")) {
            browser.open(path);
            assertThat(browser.run(LACKS)).as(path).isEqualTo("");
            assertThat(browser.run(PALE)).as("contrast on %s, %s", path, scheme).isEqualTo("");
            assertThat(browser.errors()).as(path).isEmpty();
        }
        browser.open("/ops");
        assertThat(browser.text()).contains("payment-charges", "Ready");
        keep("overview", scheme);
        await().atMost(PATIENCE).untilAsserted(() -> {
            browser.open("/ops/payments/" + id);
            assertThat(browser.text()).contains("payment.created", "12.50 EUR", "mail.sent");
        });
        keep("payment", scheme);
    }

    @Test
    void shouldShowPaymentsOfAllProvidersAsTheyHappenAndPauseByKeyboard() throws Exception {
        // Given
        String first = "pay_" + UUID.randomUUID();
        String second = "pay_" + UUID.randomUUID();
        enter("/aggregator?provider=shop");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.text()).contains("live"));

        // When
        try (Topics topics = new Topics(application.brokers())) {
            aggregate(topics, first, "processing");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(row(first)).contains("1.234 KWD", "pending"));
            browser.run("document.getElementById('pause').focus()");
            browser.press(ENTER);
            aggregate(topics, first, "succeeded");
            aggregate(topics, second, "succeeded");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(application.get("/api/v1/aggregator/payments?provider=shop")
                    .body()).contains(second));
            String paused = row(first) + row(second);
            browser.press(ENTER);

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(row(second)).contains("completed"));
            assertThat(paused).contains("pending").doesNotContain("completed");
            assertThat(row(first)).contains("completed");
            keep("aggregator", "light");
            assertThat(browser.errors()).isEmpty();
        }
    }

    private static void aggregate(Topics topics, String id, String status) throws Exception {
        topics.put("payments.raw.shop", """
                {"id":"%s","provider":"shop","amount":1.234,"currency":"KWD","status":"%s"}""".formatted(id, status)
                .getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** What stands on the page about a payment. */
    private static String row(String id) {
        return String.valueOf(browser.run("return [...document.querySelectorAll('#payments tr')]"
                + ".filter(one => one.dataset.key === 'shop ' + arguments[0]).map(one => one.innerText).join()", id));
    }

    @Test
    void shouldSkipToTheContentByKeyboard() throws Exception {
        // Given
        enter("/ops/payments");

        // When
        browser.press(TAB);
        Object first = browser.run("const at = document.activeElement.getBoundingClientRect(); "
                + "return document.activeElement.innerText + (at.left >= 0)");
        browser.press(ENTER);

        // Then
        assertThat(first).isEqualTo("Skip to the contenttrue");
        assertThat(browser.path()).isEqualTo("/ops/payments#main");
    }

    @Test
    void shouldShowRoutesInHawtioAndStopAndStartOne() throws Exception {
        // Given
        enter("/ops");
        browser.open("/hawtio");
        awaitCell("payment-accept", 2, "Started");
        int total = Integer.parseInt(cell("payment-accept", 7));

        // When
        String id = application.accepted("{\"userId\":\"ada\",\"amount\":5,\"method\":\"card\",\"email\":\""
                + Application.newAddress() + "\"}");
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(Integer.parseInt(cell("payment-accept", 7))).isGreaterThan(total));
        keep("hawtio-routes", "light");
        select("payment-stats");
        browser.clickText("button", "Stop");
        awaitCell("payment-stats", 2, "Stopped");
        HttpResponse<String> stopped = application.get("/api/v1/payments/metrics/stats");
        browser.clickText("button", "Start");
        awaitCell("payment-stats", 2, "Started");

        // Then
        assertThat(stopped.statusCode()).isNotEqualTo(200);
        assertThat(application.get("/api/v1/payments/metrics/stats").statusCode()).isEqualTo(200);
        application.awaitStatus(id, "completed");
        browser.open("/ops/actions");
        assertThat(browser.text()).contains("payment-stats");
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void shouldDrawRoutesInHawtioAndRefuseWhatIsForbidden() throws Exception {
        // Given
        enter("/ops");
        browser.open("/hawtio");
        awaitCell("payment-accept", 2, "Started");
        inTree("payment");
        inTree("payment-payment-charge");
        browser.clickText("button, a", "Route Diagram");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.text()).contains("ID: to-provider-charge"));
        // A page that draws nothing, and so answers at once.
        browser.open("/hawtio/user");

        // When
        Object described = browser.runLater(JOLOKIA.formatted("read", "routes,name=\\\"payment-charge\\\"",
                "attribute: 'Description'"));
        Object refused = browser.runLater(JOLOKIA.formatted("exec", "routes,name=\\\"payment-charge\\\"",
                "operation: 'remove()'"));

        // Then
        assertThat(described.toString()).startsWith("200 ").contains("charge");
        assertThat(refused.toString()).startsWith("403 ");
    }

    /** Opens a group of routes, or chooses a route of a group. */
    private static void inTree(String name) {
        String node = "org.apache.camel-CamelContexts-payroute-routes-" + name + "-folder";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(browser.run("const it = document.getElementById(arguments[0]); "
                + "if (it) it.querySelector('button').click(); return Boolean(it)", node)).as(node).isEqualTo(true));
    }

    private static void awaitCell(String route, int column, String value) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(cell(route, column)).isEqualTo(value));
    }

    /** Of the table of routes. */
    private static String cell(String route, int column) {
        return String.valueOf(browser.run(ROW + "return row ? row.cells[arguments[1]].innerText.trim() : ''", route, column));
    }

    private static void select(String route) {
        browser.run(ROW + "row.querySelector('input').click()", route);
    }

    private static void enter(String path) throws Exception {
        browser.open(path);
        if (browser.path().startsWith("/login")) {
            logIn(password());
        }
        assertThat(browser.path()).isEqualTo(path);
    }

    private static void logIn(String password) {
        browser.fill("[name=username]", "operator");
        browser.fill("[name=password]", password);
        browser.press(ENTER);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.run("return document.readyState")).isEqualTo("complete"));
    }

    private static String password() throws IOException {
        return Files.readString(application.data().resolve("operator-password")).strip();
    }

    /** The pages are looked at in both; the documentation shows one. */
    private static void keep(String name, String scheme) throws IOException {
        byte[] picture = browser.screenshot();
        assertThat(ImageIO.read(new ByteArrayInputStream(picture)).getWidth()).isGreaterThan(1_000);
        if ("write".equals(System.getProperty("screens")) && scheme.equals("light")) {
            Files.createDirectories(SCREENS);
            Files.write(SCREENS.resolve(name + ".png"), picture);
        }
    }
}
