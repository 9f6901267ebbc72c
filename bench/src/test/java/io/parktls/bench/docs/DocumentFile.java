package io.parktls.bench.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A document of the repository: its blocks, links, headings and inline code.
 *
 * @param path of the file
 * @param name the path within the repository
 * @param blocks fenced and indented blocks
 * @param prose the text outside blocks, one string for each line; empty where a block was
 */
record DocumentFile(Path path, String name, List<Block> blocks, List<String> prose) {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern FENCE = Pattern.compile("^( *)```(\\S*)\\s*$");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)|^\\[[^\\]]+\\]:\\s+(\\S+)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LIST_ITEM = Pattern.compile("^ *([-*+]|\\d+\\.) .*");

    /**
     * A block of code.
     *
     * @param kind the language of a fenced block, {@code indented} for one that is indented by four spaces
     * @param line number of its first line, from 1
     * @param lines without the indentation of the block
     */
    record Block(String kind, int line, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }

    /** All documents of the repository, in the order of their names. Other tests may write files meanwhile. */
    static List<DocumentFile> all() throws IOException {
        Set<String> skipped = Set.of("target", ".git", "node_modules");
        Set<Path> found = new TreeSet<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean skip = skipped.contains(directory.getFileName().toString());
                return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        List<DocumentFile> documents = new ArrayList<>();
        for (Path file : found) {
            documents.add(read(file));
        }
        return documents;
    }

    static DocumentFile named(String name) throws IOException {
        return read(ROOT.resolve(name));
    }

    static Path root() {
        return ROOT;
    }

    /** Reads a file, also one outside of the repository. */
    static DocumentFile read(Path file) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> prose = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        boolean inList = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            var fence = FENCE.matcher(line);
            List<String> content = new ArrayList<>();
            int first = i + 1;
            if (fence.matches()) {
                String indent = fence.group(1);
                prose.add("");
                while (++i < lines.size() && !lines.get(i).strip().equals("```")) {
                    String inner = lines.get(i);
                    content.add(inner.startsWith(indent) ? inner.substring(indent.length()) : inner.strip());
                    prose.add("");
                }
                prose.add("");
                blocks.add(new Block(fence.group(2), first + 1, content));
                continue;
            }
            boolean afterBlank = i == 0 || lines.get(i - 1).isBlank();
            if (!line.isBlank() && !line.startsWith(" ")) {
                inList = LIST_ITEM.matcher(line).matches();
            }
            if (afterBlank && !inList && line.startsWith("    ")) {
                while (i < lines.size()
                        && (lines.get(i).startsWith("    ") || lines.get(i).isBlank())) {
                    content.add(lines.get(i).isBlank() ? "" : lines.get(i).substring(4));
                    prose.add("");
                    i++;
                }
                i--;
                blocks.add(new Block("indented", first, content));
                continue;
            }
            prose.add(line);
        }
        return new DocumentFile(file, ROOT.relativize(file).toString(), blocks, prose);
    }

    /** The targets of the links, as they stand in the document. */
    List<String> links() {
        return prose.stream()
                .map(line -> CODE.matcher(line).replaceAll(""))
                .flatMap(line -> LINK.matcher(line).results())
                .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
                .toList();
    }

    /** The inline code. */
    Set<String> code() {
        return prose.stream()
                .flatMap(line -> CODE.matcher(line).results())
                .map(MatchResult::group)
                .map(code -> code.substring(1, code.length() - 1))
                .collect(Collectors.toSet());
    }

    /** The inline code in the first column of the tables whose header begins with that cell. */
    Set<String> firstColumn(String header) {
        Set<String> cells = new HashSet<>();
        boolean inTable = false;
        for (String line : prose) {
            if (!line.startsWith("|")) {
                inTable = false;
            } else if (inTable) {
                CODE.matcher(line.split("\\|")[1]).results().forEach(code -> cells.add(code.group(1)));
            } else {
                inTable = line.split("\\|")[1].strip().equals(header);
            }
        }
        return cells;
    }

    /** The names that links use for the headings, as GitHub makes them. */
    Set<String> anchors() {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new HashSet<>();
        for (String line : prose) {
            if (line.matches("#{1,6} .*")) {
                String slug = line.replaceFirst("#+ ", "")
                        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .strip()
                        .replace(' ', '-');
                int times = seen.merge(slug, 1, Integer::sum);
                anchors.add(times == 1 ? slug : slug + "-" + (times - 1));
            }
        }
        return anchors;
    }

    /** For messages: the document and the line of a block. */
    String at(Block block) {
        return name + ":" + block.line();
    }
}
