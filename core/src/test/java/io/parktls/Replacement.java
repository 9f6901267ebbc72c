package io.parktls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ways in which programs replace files. */
public enum Replacement {
    /** As ACME clients do: a complete file gets the old name. */
    RENAME_IN_ORDER {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                rename(directory, file.getKey(), file.getValue());
                step.inBetween();
            }
        }
    },
    RENAME_IN_REVERSE_ORDER {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            RENAME_IN_ORDER.replace(directory, reversed(files), step);
        }
    },
    /** As a mounted secret of Kubernetes: the files are links into a directory, which is itself the target of a link. */
    LINKED_DIRECTORY {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            Path fresh = Files.createTempDirectory(directory, "..");
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(fresh.resolve(file.getKey()), file.getValue());
                step.inBetween();
            }
            link(directory.resolve("..data"), fresh.getFileName());
            for (String name : files.keySet()) {
                if (!Files.isSymbolicLink(directory.resolve(name))) {
                    step.inBetween();
                    link(directory.resolve(name), Path.of("..data", name));
                }
            }
        }
    },
    /** As certbot: each file is a link of its own, to a file with a number in its name. */
    LINKED_FILES {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            Path archive = Files.createTempDirectory(directory, "archive");
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path fresh = archive.resolve(file.getKey());
                Files.write(fresh, file.getValue());
                step.inBetween();
                link(directory.resolve(file.getKey()), directory.relativize(fresh));
            }
        }
    },
    /** The old file is truncated and written in parts, of which each may end within or after a certificate. */
    IN_PLACE {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                write(directory.resolve(file.getKey()), file.getValue(), step);
            }
        }
    },
    IN_PLACE_IN_REVERSE_ORDER {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            IN_PLACE.replace(directory, reversed(files), step);
        }
    },
    /** The old file is overwritten without being truncated first, so that it begins new and ends old. */
    OVERWRITTEN {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                byte[] content = file.getValue();
                try (FileChannel channel =
                        FileChannel.open(directory.resolve(file.getKey()), StandardOpenOption.WRITE)) {
                    channel.write(ByteBuffer.wrap(content, 0, content.length / 2));
                    step.inBetween();
                    channel.write(ByteBuffer.wrap(content, content.length / 2, content.length - content.length / 2));
                    step.inBetween();
                    channel.truncate(content.length);
                }
            }
        }
    },
    DELETED_AND_CREATED {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            for (String name : files.keySet()) {
                Files.delete(directory.resolve(name));
                step.inBetween();
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                write(directory.resolve(file.getKey()), file.getValue(), step);
            }
        }
    },
    COPIED {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            Path source = Files.createTempDirectory(directory, "source");
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path fresh = source.resolve(file.getKey());
                Files.write(fresh, file.getValue());
                Files.copy(fresh, directory.resolve(file.getKey()), StandardCopyOption.REPLACE_EXISTING);
                step.inBetween();
            }
        }
    },
    /** As {@code rsync -t} or a restored backup: the new file has the time stamp of the old one, or an older one. */
    OLDER_TIME_STAMP {
        @Override
        void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = directory.resolve(file.getKey());
                FileTime before = Files.getLastModifiedTime(path);
                Files.write(path, file.getValue());
                Files.setLastModifiedTime(path, before);
                step.inBetween();
            }
        }
    };

    /** A step of a test while the files are neither the old nor the new ones. */
    @FunctionalInterface
    public interface Step {
        void inBetween() throws Exception;
    }

    /**
     * Replaces files of a directory.
     *
     * @param files the names and the new contents
     */
    abstract void replace(Path directory, Map<String, byte[]> files, Step step) throws Exception;

    /** Replaces {@code chain.pem} and {@code key.pem}. */
    public void replacePem(Path directory, TlsIdentity identity, Step step) throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("chain.pem", TestPki.pem(identity.chain()).getBytes(StandardCharsets.US_ASCII));
        files.put("key.pem", LoadedIdentities.keyPem(identity).getBytes(StandardCharsets.US_ASCII));
        replace(directory, files, step);
    }

    /** Replaces one file. */
    public void replace(Path file, byte[] content, Step step) throws Exception {
        replace(file.getParent(), Map.of(file.getFileName().toString(), content), step);
    }

    private static Map<String, byte[]> reversed(Map<String, byte[]> files) {
        List<String> names = new ArrayList<>(files.keySet()).reversed();
        Map<String, byte[]> reversed = new LinkedHashMap<>();
        names.forEach(name -> reversed.put(name, files.get(name)));
        return reversed;
    }

    private static void rename(Path directory, String name, byte[] content) throws IOException {
        Path fresh = Files.createTempFile(directory, "fresh", null);
        Files.write(fresh, content);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void link(Path link, Path target) throws IOException {
        Path fresh = link.resolveSibling(link.getFileName() + ".new");
        Files.createSymbolicLink(fresh, target);
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes a file in parts: to the middle, to the end of the first PEM block if there are several, and to the end. */
    private static void write(Path file, byte[] content, Step step) throws Exception {
        String end = "-----END CERTIFICATE-----\n";
        int block = new String(content, StandardCharsets.ISO_8859_1).indexOf(end) + end.length();
        List<Integer> parts = new ArrayList<>(List.of(0, content.length / 2, content.length - 1));
        if (block >= end.length() && block < content.length) {
            parts.add(block);
        }
        parts.sort(null);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
            int written = 0;
            for (int part : parts) {
                channel.write(ByteBuffer.wrap(content, written, part - written));
                written = part;
                step.inBetween();
            }
            channel.write(ByteBuffer.wrap(content, written, content.length - written));
        }
    }
}
