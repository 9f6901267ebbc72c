package io.parktls.tickets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.pki.FileFailures;
import io.parktls.pki.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ticket keys from files. The first file determines the key that seals.
 *
 * <p>The content is read each time, because time stamps do not show every change: a mounted secret is replaced by
 * another target of a symbolic link, whose files may be older.
 */
final class TicketKeyFiles implements KeySource {
    /** A limit for paths of other files, such as devices. It is far beyond that of any file with keys. */
    private static final int MAX_LENGTH = 1 << 20;

    private static final byte[] SALT = "ParkTLS ticket key file 1".getBytes(US_ASCII);
    private static final byte[] INFO = {};

    private final List<Path> files;

    TicketKeyFiles(Path first, Path... others) {
        this.files = Stream.concat(Stream.of(first), Arrays.stream(others)).toList();
    }

    @Override
    public KeySet load() throws IOException {
        List<KeyMaterial> materials = new ArrayList<>();
        try {
            for (Path file : files) {
                byte[] content = read(file);
                try {
                    // Only in the first file can a key be upcoming: those of the others do not seal.
                    materials.addAll(KeyFileFormat.parse(shown(file), content, materials.isEmpty()));
                } finally {
                    Arrays.fill(content, (byte) 0);
                }
            }
            return KeySet.derive(materials, TicketKeyFiles::derive);
        } finally {
            materials.forEach(KeyMaterial::wipe);
        }
    }

    /** The name is the one that other servers use too: the first 16 bytes. The key depends on all bytes. */
    private static TicketKey derive(byte[] material) {
        byte[] extracted = Hkdf.extract(SALT, material);
        TicketKey key = new TicketKey(KeyName.of(material), Hkdf.expand(extracted, INFO, TicketKey.LENGTH));
        Arrays.fill(extracted, (byte) 0);
        return key;
    }

    private static byte[] read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_LENGTH + 1);
        } catch (IOException e) {
            // Without the cause if the path may be a secret, because the message of the cause contains the path.
            throw new IOException(
                    "cannot read session ticket keys from " + shown(file) + ": " + FileFailures.reason(file, e),
                    isSecret(file) ? null : e);
        }
        if (content.length > MAX_LENGTH) {
            throw new KeyMaterialException(
                    shown(file) + " is longer than " + MAX_LENGTH + " bytes: it is not a file of session ticket keys");
        }
        return content;
    }

    private static String shown(Path file) {
        return isSecret(file) ? "a file (its path is not shown, because it may contain a key)" : file.toString();
    }

    private static boolean isSecret(Path file) {
        return Secrets.holds(file.toString());
    }

    @Override
    public String describe(Throwable failure) {
        return failure instanceof IOException || failure instanceof KeyMaterialException
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getName();
    }

    @Override
    public String toString() {
        return files.stream().map(TicketKeyFiles::shown).collect(Collectors.joining(", ", "files(", ")"));
    }
}
