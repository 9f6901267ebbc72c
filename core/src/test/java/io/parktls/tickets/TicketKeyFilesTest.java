package io.parktls.tickets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.parktls.Logged;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TicketKeyFilesTest extends TicketKeysContract {
    private static final AtomicInteger SEED = new AtomicInteger(3_000);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final byte[] FIRST = random(1, 80);
    private static final byte[] SECOND = random(2, 80);
    private static final byte[] THIRD = random(3, 48);
    private static final byte[] FOURTH = random(4, 48);

    @TempDir
    private Path dir;

    private final AtomicInteger names = new AtomicInteger();

    @Override
    TlsTicketKeys make() throws IOException {
        return TlsTicketKeys.files(raw(random(SEED.incrementAndGet(), 80)));
    }

    private Path raw(byte[] content) throws IOException {
        return Files.write(dir.resolve(names.incrementAndGet() + ".key"), content);
    }

    private Path text(String content) throws IOException {
        return raw(content.getBytes(US_ASCII));
    }

    private Path lines(byte[]... keys) throws IOException {
        return text(base64(keys));
    }

    private static String base64(byte[]... keys) {
        StringBuilder lines = new StringBuilder();
        for (byte[] key : keys) {
            lines.append(Base64.getEncoder().encodeToString(key)).append('\n');
        }
        return lines.toString();
    }

    /** Returns the key material whose name is in the tickets that the keys seal. */
    private static void assertSealsWith(byte[] material, TlsTicketKeys keys, Instant now) {
        assertName(material, seal(keys, now));
    }

    private void assertOpens(Result expected, TlsTicketKeys keys, byte[] material) throws IOException {
        assertEquals(expected, open(keys, seal(TlsTicketKeys.files(raw(material)), START), START));
    }

    @Test
    void mayWait() throws IOException {
        assertTrue(make().mayWait());
    }

    // ---- nginx

    @ParameterizedTest
    @ValueSource(ints = {48, 80})
    void aFileWithOneKey(int length) throws IOException {
        byte[] material = random(length, length);
        TlsTicketKeys keys = TlsTicketKeys.files(raw(material));
        assertSealsWith(material, keys, START);
        assertOpens(Result.OPENED, keys, material);
    }

    @Test
    void theFirstFileSealsAndAllOpen() throws IOException {
        TlsTicketKeys keys = TlsTicketKeys.files(raw(FIRST), raw(THIRD), raw(SECOND));
        assertSealsWith(FIRST, keys, START);
        assertOpens(Result.OPENED, keys, FIRST);
        assertOpens(Result.OPENED_BY_FORMER_KEY, keys, SECOND);
        assertOpens(Result.OPENED_BY_FORMER_KEY, keys, THIRD);
        assertOpens(Result.UNKNOWN_KEY, keys, FOURTH);
    }

    /** A key with the same name and other bytes is another key. */
    @ParameterizedTest
    @ValueSource(ints = {16, 31, 32, 47, 48, 79})
    void everyByteOfAKeyCounts(int at) throws IOException {
        byte[] other = FIRST.clone();
        other[at] ^= 1;
        assertOpens(Result.MALFORMED, TlsTicketKeys.files(raw(FIRST)), other);
    }

    // ---- HAProxy

    @Test
    void thePenultimateLineSealsAndAllOpen() throws IOException {
        TlsTicketKeys keys = TlsTicketKeys.files(lines(FIRST, SECOND, THIRD, FOURTH));
        assertSealsWith(THIRD, keys, START);
        assertOpens(Result.OPENED_BY_FORMER_KEY, keys, FIRST);
        assertOpens(Result.OPENED_BY_FORMER_KEY, keys, SECOND);
        assertOpens(Result.OPENED, keys, THIRD);
        assertOpens(Result.OPENED, keys, FOURTH);
    }

    @Test
    void ofTwoLinesTheFirstSealsAndASingleOneDoes() throws IOException {
        assertSealsWith(SECOND, TlsTicketKeys.files(lines(SECOND, FIRST)), START);
        assertSealsWith(THIRD, TlsTicketKeys.files(lines(THIRD)), START);
    }

    @Test
    void linesMayEndAndBePaddedInAnyWay() throws IOException {
        String unpadded = base64(FIRST, SECOND, THIRD).replace("=", "");
        for (String content : List.of(
                base64(FIRST, SECOND, THIRD).strip(),
                base64(FIRST, SECOND, THIRD).replace("\n", "\r\n"),
                "\n" + base64(FIRST, SECOND, THIRD).replace("\n", " \n\n\t") + "\n",
                unpadded)) {
            TlsTicketKeys keys = TlsTicketKeys.files(text(content));
            assertSealsWith(SECOND, keys, START);
            assertOpens(Result.OPENED, keys, THIRD);
        }
    }

    @Test
    void formatsMayBeMixed() throws IOException {
        TlsTicketKeys keys = TlsTicketKeys.files(raw(FIRST), lines(SECOND, THIRD));
        assertSealsWith(FIRST, keys, START);
        assertOpens(Result.OPENED_BY_FORMER_KEY, keys, SECOND);
        assertOpens(Result.OPENED_BY_FORMER_KEY, keys, THIRD);
        TlsTicketKeys other = TlsTicketKeys.files(lines(SECOND, THIRD), raw(FIRST));
        assertSealsWith(SECOND, other, START);
        assertOpens(Result.OPENED_BY_FORMER_KEY, other, FIRST);
        assertOpens(Result.OPENED, other, THIRD);
    }

    @Test
    void aRawKeyAndItsBase64AreTheSameKey() throws IOException {
        assertOpens(Result.OPENED, TlsTicketKeys.files(lines(FIRST)), FIRST);
    }

    // ---- unusable files

    @Test
    void messagesNameTheFileAndTheProblem() throws IOException {
        assertRefused("is empty", raw(new byte[0]));
        assertRefused("is empty", text(" \n\n"));
        for (int length : new int[] {1, 32, 47, 49, 79, 81, 96, 160}) {
            byte[] binary = random(length, length);
            binary[0] = 0;
            assertRefused("has " + length + " bytes", raw(binary));
        }
        assertRefused("has only zero bytes", raw(new byte[80]));
        assertRefused("has only zero bytes", lines(FIRST, new byte[48]));
        assertRefused("line 2 of ", text(base64(FIRST) + "this is *not* base64"));
        assertRefused("line 1 of ", text("-----BEGIN SESSION TICKET KEY-----\n" + base64(FIRST)));
        assertRefused("has base64 of 47 bytes", lines(FIRST, random(5, 47)));
        assertRefused("has base64 of 160 bytes", lines(random(6, 160)));
        assertRefused("line 3 of ", text(base64(FIRST, SECOND, THIRD).substring(0, 250)));
        assertRefused("line 1 of", lines(FIRST, SECOND, FIRST));
        assertRefused("have the same name", lines(FIRST, Arrays.copyOf(FIRST, 48)));
        assertRefused("is longer than", raw(new byte[(1 << 20) + 1]));
    }

    @Test
    void refusesTheSameKeyInTwoFiles() throws IOException {
        Path first = raw(FIRST);
        Path second = raw(FIRST);
        Exception e = assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.files(first, second));
        assertTrue(String.valueOf(e.getMessage()).contains(first + " and " + second), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.files(first, first));
    }

    private static void assertRefused(String expected, Path file) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.files(file));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(expected), message);
        assertTrue(message.contains(file.toString()), message);
        for (byte[] key : List.of(FIRST, SECOND, THIRD)) {
            String text = Base64.getEncoder().encodeToString(key);
            assertFalse(message.contains(text.substring(0, 6)) || message.contains(text.substring(20, 26)), message);
        }
        assertEquals(null, e.getCause(), "a cause may quote the file");
    }

    @Test
    void messagesNameFilesThatCannotBeRead() throws IOException {
        Path missing = dir.resolve("missing.key");
        IOException e = assertThrows(IOException.class, () -> TlsTicketKeys.files(raw(FIRST), missing));
        assertEquals("cannot read session ticket keys from " + missing + ": the file does not exist", e.getMessage());
        IOException directory = assertThrows(IOException.class, () -> TlsTicketKeys.files(dir));
        assertTrue(String.valueOf(directory.getMessage()).contains(dir.toString()), directory.getMessage());
    }

    @Test
    void aFileWithoutPermissionIsNamed() throws IOException {
        Path file = raw(FIRST);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read files without permission");
        IOException e = assertThrows(IOException.class, () -> TlsTicketKeys.files(file));
        assertEquals("cannot read session ticket keys from " + file + ": access is denied", e.getMessage());
    }

    @Test
    void aPathThatMayBeAKeyIsNotShown() {
        String key = base64(FIRST).strip().replace("/", "a");
        IOException e = assertThrows(IOException.class, () -> TlsTicketKeys.files(Path.of(key)));
        assertFalse(e.toString().contains(key.substring(10, 20)), e.toString());
        assertEquals(null, e.getCause());
    }

    // ---- changes

    @Test
    void aFileThatIsRenamedOverTheOldOneIsNoticed() throws IOException {
        Path file = raw(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.files(file);
        byte[] ticket = seal(keys, START);
        Files.move(raw(SECOND), file, StandardCopyOption.ATOMIC_MOVE);
        assertSealsWith(FIRST, keys, START.plus(INTERVAL).minusNanos(1));
        assertSealsWith(SECOND, keys, START.plus(INTERVAL));
        assertEquals(Result.UNKNOWN_KEY, open(keys, ticket, START.plus(INTERVAL)));
    }

    @Test
    void aChangeWithoutANewTimeStampIsNoticed() throws IOException {
        Path file = raw(FIRST);
        FileTime time = Files.getLastModifiedTime(file);
        TlsTicketKeys keys = TlsTicketKeys.files(file);
        seal(keys, START);
        Files.write(file, SECOND);
        Files.setLastModifiedTime(file, time);
        assertSealsWith(SECOND, keys, START.plus(INTERVAL));
    }

    /** Kubernetes mounts a secret as links through a link to a directory, and replaces that link. */
    @Test
    void aDirectoryBehindALinkIsReplaced() throws IOException {
        Path old = Files.createDirectory(dir.resolve("..1"));
        Files.write(old.resolve("current"), FIRST);
        Files.write(old.resolve("previous"), THIRD);
        Path fresh = Files.createDirectory(dir.resolve("..2"));
        Files.write(fresh.resolve("current"), SECOND);
        Files.write(fresh.resolve("previous"), FIRST);
        Path data = Files.createSymbolicLink(dir.resolve("..data"), Path.of("..1"));
        Path current = Files.createSymbolicLink(dir.resolve("current"), Path.of("..data/current"));
        Path previous = Files.createSymbolicLink(dir.resolve("previous"), Path.of("..data/previous"));

        TlsTicketKeys keys = TlsTicketKeys.files(current, previous);
        byte[] ticket = seal(keys, START);
        assertName(FIRST, ticket);
        Path next = Files.createSymbolicLink(dir.resolve("..data_tmp"), Path.of("..2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        Instant later = START.plus(INTERVAL);
        assertSealsWith(SECOND, keys, later);
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, later));
        assertOpens(Result.UNKNOWN_KEY, keys, THIRD);
    }

    /** A key that comes, seals, and goes, in the way HAProxy's files are rotated. */
    @Test
    void linesAreRotated() throws IOException {
        Path file = lines(FIRST, SECOND, THIRD);
        TlsTicketKeys keys = TlsTicketKeys.files(file);
        byte[] ticket = seal(keys, START);
        assertName(SECOND, ticket);
        Files.writeString(file, base64(SECOND, THIRD, FOURTH));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, START.plus(INTERVAL)));
        assertSealsWith(THIRD, keys, START.plus(INTERVAL));
        Files.writeString(file, base64(THIRD, FOURTH, FIRST));
        assertEquals(Result.UNKNOWN_KEY, open(keys, ticket, START.plus(INTERVAL.multipliedBy(2))));
        assertSealsWith(FOURTH, keys, START.plus(INTERVAL.multipliedBy(2)));
    }

    /** Copies a new file over the old one and looks at it after each byte. */
    @ParameterizedTest
    @ValueSource(strings = {"48", "80", "lines"})
    void aFileThatIsCopiedInPlaceIsNeverTakenHalf(String kind) throws IOException {
        boolean lines = kind.equals("lines");
        byte[] before = lines ? FIRST : random(20, Integer.parseInt(kind));
        byte[] after = lines ? SECOND : random(21, before.length);
        Path file = lines ? lines(THIRD, before, FOURTH) : raw(before);
        byte[] content = lines ? base64(before, after, random(22, 80)).getBytes(US_ASCII) : after;
        TlsTicketKeys keys = TlsTicketKeys.files(file);
        seal(keys, START);

        List<Integer> other = new ArrayList<>();
        for (int copied = 0; copied < content.length; copied++) {
            Files.write(file, Arrays.copyOf(content, copied));
            Instant now = START.plus(INTERVAL.multipliedBy(copied + 1));
            byte[] ticket = seal(keys, now);
            assertEquals(Result.OPENED, open(keys, ticket, now));
            if (!KeyName.of(ticket).equals(KeyName.of(before))) {
                other.add(copied);
            }
        }
        // A prefix that is itself a valid file cannot be told from a complete one: 48 of 80 bytes.
        assertTrue(lines || other.isEmpty() || kind.equals("80") && other.getFirst() == 48, other.toString());
        Files.write(file, content);
        assertSealsWith(after, keys, START.plus(INTERVAL.multipliedBy(content.length + 1)));
    }

    @Test
    void failuresAreLoggedOnceAndEndWithTheNextGoodFile() throws IOException {
        Path file = raw(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.files(file);
        byte[] ticket = seal(keys, START);
        Instant now = START;
        try (Logged logged = Logged.of(TlsTicketKeys.class, Level.INFO)) {
            List<byte[]> contents =
                    List.of(random(7, 40), new byte[80], base64(SECOND, SECOND).getBytes(US_ASCII));
            for (byte[] content : contents) {
                Files.write(file, content);
                for (int i = 0; i < 3; i++) {
                    now = now.plus(INTERVAL);
                    assertEquals(Result.OPENED, open(keys, ticket, now));
                }
            }
            Files.delete(file);
            for (int i = 0; i < 3; i++) {
                now = now.plus(INTERVAL);
                assertSealsWith(FIRST, keys, now);
            }
            assertEquals(4, logged.lines().size(), logged.toString());
            for (String line : logged.lines()) {
                assertTrue(line.startsWith("WARN ") && line.contains(file.toString()), line);
            }
            Files.write(file, SECOND);
            assertSealsWith(SECOND, keys, now.plus(INTERVAL));
            assertEquals(5, logged.lines().size(), logged.toString());
            assertTrue(logged.lines().getLast().startsWith("INFO "), logged.toString());
            Files.delete(file);
            assertSealsWith(SECOND, keys, now.plus(INTERVAL.multipliedBy(2)));
            assertEquals(6, logged.lines().size(), "a failure after a success is logged again");
        }
    }

    @Test
    void aFileWithTheSameContentKeepsTheKeys() throws IOException {
        Path file = raw(FIRST);
        RotatingTicketKeys keys = (RotatingTicketKeys) TlsTicketKeys.files(file);
        seal(keys, START);
        TicketKey key = sealingKey(keys);
        Files.move(raw(FIRST), file, StandardCopyOption.ATOMIC_MOVE);
        seal(keys, START.plus(INTERVAL));
        assertEquals(key, sealingKey(keys));
        Files.write(file, Arrays.copyOf(FIRST, 48));
        byte[] ticket = seal(keys, START.plus(INTERVAL.multipliedBy(2)));
        assertName(FIRST, ticket);
        assertNotEquals(key, sealingKey(keys), "the name is the same, but the key is another one");
        assertFalse(key.hold(), "the old key is not overwritten");
    }
}
