package io.lakebeam.spec.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownSecretsTest {
  /** With all that URLs, JSON and JAAS write otherwise. */
  private static final String SECRET = "kS7 \"q\\u+/=&~ünique";

  @Test
  void whatWasResolvedIsTakenOutInEveryForm() {
    Secrets.resolve(new SecretText("a=${KNOWN};b=${OTHER:-plain}"), Map.of("KNOWN", SECRET)::get);
    String base64 = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    for (String form :
        new String[] {
          SECRET,
          URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
          base64,
          SECRET.replace("\\", "\\\\").replace("\"", "\\\""),
        }) {
      String masked = KnownSecrets.masked("it said " + form + " and " + form + ".");
      assertFalse(masked.contains(form), masked);
      assertEquals("it said ${KNOWN} and ${KNOWN}.", masked.replace("}=", "}"));
    }
    assertEquals("plain", KnownSecrets.masked("plain"), "a default is written in the file");
    assertNull(KnownSecrets.masked(null));
  }

  @Test
  void aKeyOnManyLinesIsTakenOutLineByLine() {
    String line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    KnownSecrets.remember("-----BEGIN KEY-----\n" + line + "\nshort\n-----END KEY-----", "${PEM}");
    assertEquals("in ${PEM} and short", KnownSecrets.masked("in " + line + " and short"));
  }

  @Test
  void theLongerSecretGoesFirst() {
    KnownSecrets.remember("outer-inner-7f", "${INNER}");
    KnownSecrets.remember("Endpoint=x;outer-inner-7f;", "${OUTER}");
    assertEquals(
        "${OUTER} ${INNER}", KnownSecrets.masked("Endpoint=x;outer-inner-7f; outer-inner-7f"));
  }

  @Test
  void whatCannotBeToldFromOtherTextStays() {
    for (String text : new String[] {"", "   ", "abc", "true", "False", "1000000"}) {
      KnownSecrets.remember(text, "***");
    }
    assertEquals("abc true False 1000000", KnownSecrets.masked("abc true False 1000000"));
    KnownSecrets.remember("83746152", "${PIN}");
    assertEquals("${PIN}", KnownSecrets.masked("83746152"));
  }
}
