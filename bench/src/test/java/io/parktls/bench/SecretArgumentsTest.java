package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the tool prints no part of keys and passphrases in wrong arguments. */
@Timeout(900)
class SecretArgumentsTest {
    private static final String SECRET = "hunter2hunter2";
    private static final String KEY = key();

    @TempDir
    private Path directory;

    @Test
    void keysGivenAsArgumentsAreNotPrinted() throws Exception {
        Path certificate = directory.resolve("chain.pem");
        Files.writeString(certificate, "no certificate");
        for (Map.Entry<String, String> mangled : manglings().entrySet()) {
            for (List<String> arguments : List.of(
                    List.of("serve", "0", "--cert", certificate.toString(), "--key", mangled.getValue()),
                    List.of("serve", "0", "--cert", certificate.toString(), "--key=" + mangled.getValue()),
                    List.of("serve", "0", "--cert", mangled.getValue()),
                    List.of("serve", "0", "--keystore", mangled.getValue()),
                    List.of("serve", "0", "--key", certificate.toString(), mangled.getValue()),
                    List.of("connect", "localhost:1", "--ca", mangled.getValue()),
                    List.of("connect", mangled.getValue()),
                    List.of("connect", "localhost:1", "--psk", mangled.getValue()),
                    List.of("serve", "0", "--psk-file", mangled.getValue()),
                    List.of("serve", "0", "--self-signed", "--ticket-secret-file", mangled.getValue()),
                    List.of("connect", "localhost:1", "--pass", mangled.getValue()),
                    split("serve 0 --cert " + certificate + " --key " + mangled.getValue()))) {
                assertSilent(mangled.getKey(), KEY, arguments);
            }
        }
    }

    @Test
    void keysInBrokenFilesAreNotPrinted() throws Exception {
        TlsIdentity identity = TlsIdentity.selfSigned("localhost");
        Path certificate = directory.resolve("chain.pem");
        Files.writeString(
                certificate, pem("CERTIFICATE", identity.chain().getFirst().getEncoded(), "\n"));
        Path key = directory.resolve("key.pem");
        for (Map.Entry<String, String> mangled : manglings().entrySet()) {
            // The label of the END line differs, so that no format is recognized.
            Files.writeString(key, mangled.getValue().replace("END PRIVATE", "END PUBLIC"));
            assertSilent(
                    mangled.getKey(),
                    KEY,
                    List.of("serve", "0", "--cert", certificate.toString(), "--key", key.toString()));
            assertSilent(mangled.getKey(), KEY, List.of("serve", "0", "--keystore", key.toString()));
            assertSilent(mangled.getKey(), KEY, List.of("connect", "localhost:1", "--ca", key.toString()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "serve 0 --cert c --pass hunter2hunter2",
        "serve 0 --cert c --pass env:hunter2hunter2",
        "serve 0 --cert c --pass file:hunter2hunter2",
        "serve 0 --cert c --pass pass:hunter2hunter2",
        "serve 0 --pass=hunter2hunter2",
        "serve 0 --cert c --pass pass:my hunter2hunter2",
        "serve --cert c --pass pass:my hunter2hunter2",
        "connect localhost:1 --cert c --pass pass:a hunter2hunter2 c",
        "connect localhost:1 --psk hunter2hunter2",
        "connect localhost:1 --psk=hunter2hunter2",
        "connect localhost:1 --psk 0011 hunter2hunter2",
        "connect localhost:1 --psk-file hunter2hunter2",
        "serve 0 --psk hunter2hunter2",
        "serve 0 --self-signed --ticket-secret-file hunter2hunter2",
        "connect https://user:hunter2hunter2@localhost:1",
        "connect user:hunter2hunter2@localhost",
        "serve 0 --self-signed-for user:hunter2hunter2@localhost"
    })
    void passphrasesAreNotPrinted(String arguments) {
        assertSilent(arguments, SECRET, split(arguments));
    }

    private static void assertSilent(String what, String secret, List<String> arguments) {
        Tool tool = Tool.start(arguments.toArray(String[]::new));
        assertNotEquals(0, tool.exitCode());
        String shown = tool.toString();
        for (int i = 0; i + 8 <= secret.length(); i++) {
            String run = secret.substring(i, i + 8);
            assertFalse(shown.contains(run), () -> what + ": " + run + " is in\n" + shown);
        }
        assertTrue(tool.err().startsWith("parktls: "), shown);
    }

    private static Map<String, String> manglings() {
        Map<String, String> manglings = new LinkedHashMap<>();
        manglings.put("as it is", pem("PRIVATE KEY", Base64.getDecoder().decode(KEY), "\n"));
        manglings.put("no line breaks", pem("PRIVATE KEY", Base64.getDecoder().decode(KEY), ""));
        manglings.put("escaped", pem("PRIVATE KEY", Base64.getDecoder().decode(KEY), "\\n"));
        manglings.put("spaces", pem("PRIVATE KEY", Base64.getDecoder().decode(KEY), " "));
        manglings.put("content only", KEY);
        manglings.put(
                "base64",
                Base64.getEncoder().encodeToString(manglings.get("as it is").getBytes(StandardCharsets.US_ASCII)));
        return manglings;
    }

    private static List<String> split(String arguments) {
        return new ArrayList<>(List.of(arguments.split("\\s+")));
    }

    private static String key() {
        return Base64.getEncoder()
                .encodeToString(TlsIdentity.selfSigned("localhost").privateKey().getEncoded());
    }

    private static String pem(String label, byte[] content, String lineBreak) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(content)
                .replace("\n", lineBreak);
        return "-----BEGIN " + label + "-----" + lineBreak + base64 + lineBreak + "-----END " + label + "-----"
                + lineBreak;
    }
}
