package io.payroute.it;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

import io.payroute.testing.FreePorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Chromium without a window, by the W3C's WebDriver protocol: the dozen requests that the tests need, where Selenium would bring
 * thirty libraries for the same.
 */
final class Browser implements AutoCloseable {

    static final String MISSING = "Chromium is not installed, so nobody has looked at the pages. On Debian: "
            + "apt-get install chromium chromium-driver";

    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final Path FOLDER = Path.of("target", "browser-" + ProcessHandle.current().pid()).toAbsolutePath();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String root;
    private final String site;
    private final Process driver;
    private final String session;

    /** @param site that its paths are of, as {@code http://127.0.0.1:8080} */
    Browser(String site) throws IOException {
        this.site = site;
        int port = FreePorts.next();
        this.root = "http://127.0.0.1:" + port;
        Files.createDirectories(FOLDER);
        this.driver = new ProcessBuilder(find("chromedriver").toString(), "--port=" + port)
                .redirectErrorStream(true).redirectOutput(Redirect.to(FOLDER.resolve("driver.log").toFile())).start();
        Runtime.getRuntime().addShutdownHook(new Thread(driver::destroy));
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
                .untilAsserted(() -> assertThat(((JsonObject) call("GET", "/status", null)).getBoolean("ready")).isTrue());
        this.session = "/session/" + ((JsonObject) call("POST", "/session", capabilities())).getString("sessionId");
        call("POST", session + "/timeouts", new JsonObject().put("script", 30_000).put("pageLoad", 60_000));
    }

    /** Whether there is one. */
    static boolean isInstalled() {
        return find("chromedriver") != null && find("chromium") != null;
    }

    private static Path find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static JsonObject capabilities() {
        List<String> arguments = List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--window-size=1200,800", "--user-data-dir=" + FOLDER.resolve("profile"));
        return new JsonObject().put("capabilities", new JsonObject().put("alwaysMatch", new JsonObject()
                .put("goog:loggingPrefs", new JsonObject().put("browser", "SEVERE"))
                .put("goog:chromeOptions", new JsonObject().put("binary", find("chromium").toString())
                        .put("args", new JsonArray(arguments)))));
    }

    /** Opens a page and waits until it is loaded. */
    void open(String path) {
        call("POST", session + "/url", new JsonObject().put("url", site + path));
    }

    /** The path of the page that is shown. */
    String path() {
        return String.valueOf(call("GET", session + "/url", null)).substring(site.length());
    }

    /** What stands on the page. */
    String text() {
        return String.valueOf(run("return document.body.innerText"));
    }

    /** What a script returns. */
    Object run(String script, Object... arguments) {
        return call("POST", session + "/execute/sync",
                new JsonObject().put("script", script).put("args", new JsonArray(List.of(arguments))));
    }

    /** What a script that waits gives to its last argument. */
    Object runLater(String script) {
        return call("POST", session + "/execute/async", new JsonObject().put("script", script).put("args", new JsonArray()));
    }

    void click(String selector) {
        call("POST", element(selector) + "/click", new JsonObject());
    }

    /** Clicks on what has this text, once it is there. */
    void clickText(String selector, String text) {
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> assertThat(run(
                "const it = [...document.querySelectorAll(arguments[0])].find(one => one.innerText.trim() === arguments[1]);"
                        + "if (it) it.click(); return Boolean(it)",
                selector, text)).as(selector + " with " + text).isEqualTo(true));
    }

    /** Writes into a field what was not there before. */
    void fill(String selector, String text) {
        call("POST", element(selector) + "/clear", new JsonObject());
        call("POST", element(selector) + "/value", new JsonObject().put("text", text));
    }

    /** Presses keys, wherever the focus is. */
    void press(String keys) {
        JsonArray actions = new JsonArray();
        keys.codePoints().mapToObj(Character::toString).forEach(
                key -> actions.add(new JsonObject().put("type", "keyDown").put("value", key))
                        .add(new JsonObject().put("type", "keyUp").put("value", key)));
        call("POST", session + "/actions", new JsonObject().put("actions",
                new JsonArray().add(new JsonObject().put("type", "key").put("id", "keys").put("actions", actions))));
    }

    /** What somebody prefers, as the operating system would say it. */
    void prefer(String scheme) {
        JsonObject feature = new JsonObject().put("name", "prefers-color-scheme").put("value", scheme);
        call("POST", session + "/goog/cdp/execute", new JsonObject().put("cmd", "Emulation.setEmulatedMedia")
                .put("params", new JsonObject().put("features", new JsonArray().add(feature))));
    }

    void resize(int width, int height) {
        call("POST", session + "/window/rect", new JsonObject().put("width", width).put("height", height));
    }

    byte[] screenshot() {
        return Base64.getDecoder().decode(String.valueOf(call("GET", session + "/screenshot", null)));
    }

    /** What scripts failed with and what did not load, since it was asked last. */
    List<String> errors() {
        return ((JsonArray) call("POST", session + "/se/log", new JsonObject().put("type", "browser"))).stream()
                .map(one -> ((JsonObject) one).getString("message")).toList();
    }

    /** Forgets who is logged in. */
    void forget() {
        call("DELETE", session + "/cookie", null);
    }

    private String element(String selector) {
        JsonObject by = new JsonObject().put("using", "css selector").put("value", selector);
        return session + "/element/" + ((JsonObject) call("POST", session + "/element", by)).getString(ELEMENT);
    }

    private Object call(String method, String path, JsonObject body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path)).timeout(Duration.ofSeconds(90))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode())).build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(method + ' ' + path + ' ' + body + ": " + answer.body());
            }
            return new JsonObject(answer.body()).getValue("value");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            call("DELETE", session, null);
        } finally {
            driver.destroy();
        }
    }
}
