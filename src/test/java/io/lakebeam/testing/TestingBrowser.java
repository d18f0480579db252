package io.lakebeam.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A real browser without a window: Chromium, or Chrome, and its driver, as they are on the PATH. On
 * Debian they are installed once when the tests run as root. Where they cannot be had, tests that
 * ask for them are skipped, and say so in one line.
 */
public final class TestingBrowser implements AutoCloseable {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String DRIVER = "chromedriver";
  private static final Path PICTURES = Path.of("target", "screenshots");
  private static final long PATIENCE_SECONDS = 60;
  private static final long LOOK_MILLIS = 20;
  private static final int WIDTH = 1400;
  private static final int HEIGHT = 1000;
  private static final int PHONE_WIDTH = 390;
  private static final int PHONE_HEIGHT = 844;

  private final ChromeDriver driver;
  private final String axe;

  private TestingBrowser(ChromeDriver driver, String axe) {
    this.driver = driver;
    this.axe = axe;
  }

  /** A new one; skips the test that asks where it cannot be had. */
  public static TestingBrowser open() {
    try {
      if (browser().isEmpty() || onPath(DRIVER).isEmpty()) {
        install();
      }
      if (browser().isEmpty() || onPath(DRIVER).isEmpty()) {
        String why =
            "SKIPPED, nothing is tested in a browser: chromium or chromedriver is missing; install"
                + " chromium and chromium-driver";
        System.err.println(why);
        Assumptions.abort(why);
      }
      ChromeOptions options = new ChromeOptions();
      options.setBinary(browser().orElseThrow().toFile());
      options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
      LoggingPreferences logs = new LoggingPreferences();
      logs.enable(LogType.BROWSER, Level.ALL);
      options.setCapability("goog:loggingPrefs", logs);
      ChromeDriver driver =
          new ChromeDriver(
              new ChromeDriverService.Builder()
                  .usingDriverExecutable(onPath(DRIVER).orElseThrow().toFile())
                  .usingAnyFreePort()
                  .build(),
              options);
      TestingBrowser browser = new TestingBrowser(driver, axe());
      browser.asDesktop();
      return browser;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String axe() throws IOException {
    try (InputStream script = TestingBrowser.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Optional<Path> browser() {
    return BROWSERS.stream().flatMap(name -> onPath(name).stream()).findFirst();
  }

  private static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** One at a time, as several builds may share a machine. */
  private static void install() throws IOException, InterruptedException {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    if (!isRoot || onPath("apt-get").isEmpty()) {
      return;
    }
    Path lockFile = Path.of(System.getProperty("java.io.tmpdir"), "lakebeam-browser.lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || (browser().isPresent() && onPath(DRIVER).isPresent())) {
        return;
      }
      Path log = Files.createTempFile("apt-get", ".txt");
      ProcessBuilder apt =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "apt-get update && apt-get install -y --no-install-recommends chromium"
                      + " chromium-driver")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      apt.environment().put("DEBIAN_FRONTEND", "noninteractive");
      if (apt.start().waitFor() != 0) {
        System.err.println("apt-get cannot install chromium: " + log + " says why");
      }
    }
  }

  /** Goes to an address. */
  public void go(String address) {
    driver.get(address);
  }

  /** One step back. */
  public void back() {
    driver.navigate().back();
  }

  public void reload() {
    driver.navigate().refresh();
  }

  public String address() {
    return driver.getCurrentUrl();
  }

  /** What a piece of JavaScript returns. */
  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** The text of an element, as it is seen; empty when there is none. */
  public String text(String selector) {
    return String.valueOf(
        run("return document.querySelector(arguments[0])?.innerText ?? ''", selector));
  }

  /** How many elements there are. */
  public long count(String selector) {
    return (Long) run("return document.querySelectorAll(arguments[0]).length", selector);
  }

  /** Waits until an element has a text in it. */
  public void awaitText(String selector, String text) throws InterruptedException {
    await(
        selector + " with '" + text + "'",
        "return [...document.querySelectorAll(arguments[0])]"
            + ".some(each => each.innerText.includes(arguments[1]))",
        selector,
        text);
  }

  /** Waits until a piece of JavaScript returns what is true. */
  public void await(String what, String script, Object... arguments) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Boolean.TRUE.equals(run("return !!(() => {" + script + "})()", arguments))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "no " + what + " at " + address() + ":\n" + text("body") + "\n" + complaints());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** Clicks what is there, as a person does. */
  public void click(String selector) {
    on(selector, WebElement::click);
  }

  /** Clicks the first element of those with a text. */
  public void click(String selector, String text) {
    long index =
        (Long)
            run(
                "return [...document.querySelectorAll(arguments[0])]"
                    + ".findIndex(each => (each.innerText ?? each.textContent).trim() === arguments[1])",
                selector,
                text);
    if (index < 0) {
      throw new AssertionError("no " + selector + " with '" + text + "':\n" + text("body"));
    }
    driver.findElements(By.cssSelector(selector)).get((int) index).click();
  }

  /** Writes over what is in a field, and leaves it. */
  public void type(String selector, String text) {
    on(
        selector,
        field -> {
          field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
          field.sendKeys(text, Keys.TAB);
        });
  }

  /** Presses keys where the focus is. */
  public void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** The page may draw an element anew at any time. */
  private void on(String selector, java.util.function.Consumer<WebElement> action) {
    try {
      action.accept(driver.findElement(By.cssSelector(selector)));
    } catch (StaleElementReferenceException e) {
      action.accept(driver.findElement(By.cssSelector(selector)));
    }
  }

  public void asDesktop() {
    size(WIDTH, HEIGHT, false);
  }

  public void asPhone() {
    size(PHONE_WIDTH, PHONE_HEIGHT, true);
  }

  private void size(int width, int height, boolean isMobile) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", isMobile));
  }

  /** What the machine prefers. */
  public void prefer(boolean isDark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"))));
  }

  /** Warnings and errors of the browser's console since the last time. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Serious and critical findings of axe-core about the page as it is. */
  public List<String> barriers() {
    run(axe);
    List<String> found = new ArrayList<>();
    Object answer =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then(
              result => done(result.violations
                .filter(each => ['serious', 'critical'].includes(each.impact))
                .map(each => each.id + ': ' + each.help + ': '
                  + each.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join('; '))),
              failure => done(['axe fails: ' + failure]));
            """);
    ((List<?>) answer).forEach(each -> found.add(each.toString()));
    return found;
  }

  /** How far the page is wider than what is seen of it, in pixels. */
  public long overflow() {
    return (Long)
        run("return document.scrollingElement.scrollWidth - document.documentElement.clientWidth");
  }

  /** Keeps what is seen, for people, in {@code target/screenshots}. */
  public void picture(String name) throws IOException {
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
