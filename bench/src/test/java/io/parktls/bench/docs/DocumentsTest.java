package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsContext;
import io.parktls.TlsLimits;
import io.parktls.bench.docs.DocumentFile.Block;
import io.parktls.sockets.TlsServerStatistics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

/**
 * Tests all documents of the repository: Java code stands word for word in a test that runs it, commands and their options
 * exist, links resolve, and the API members that the text names exist.
 */
final class DocumentsTest {
    private static final List<Path> TESTS = List.of(Path.of("src/test/java/io/parktls/bench"));

    /** A method or type, nested in a test class, that a document may show as a whole. */
    private static final Pattern DECLARATION = Pattern.compile(
            "^(?:static |final |private |public )*(?:(?:record|class) (\\w+)|[\\w<>\\[\\], .?]+ (\\w+)\\().*");

    /** In a POM, or as coordinates. */
    private static final Pattern ARTIFACT =
            Pattern.compile("(?:<artifactId>|\"io\\.parktls:)(parktls-[a-z]+)(?=</artifactId>|:[0-9.]+\")");

    private static final Pattern API = Pattern.compile(
            "\\b((?:Tls|Bio|ClientAuth|CipherSuite|NamedGroup|SignatureScheme|Waiting|Interest|"
                    + "ProxyHeader|ServerDraining|Notifying|ForeignCode|CertificateAuth)\\w*(?:\\.[A-Z]\\w*)*)\\.([a-zA-Z]\\w*)");

    private static List<DocumentFile> documents = List.of();
    private static final Map<String, List<String>> SOURCES = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        documents = DocumentFile.all();
        for (Path directory : TESTS) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                    SOURCES.put(file.toString(), Files.readAllLines(file));
                }
            }
        }
    }

    // ---- blocks

    @Test
    void everyBlockIsOfAKindThatATestCovers() {
        Set<String> kinds = Set.of("java", "bash", "sh", "text", "xml", "kotlin", "indented");
        assertNone(blocks(block -> !kinds.contains(block.kind()))
                .map(at -> at + ": a block of a kind that no test covers"));
    }

    @Test
    void everyBlockOfJavaStandsInATestThatIsRun() {
        List<String> problems = new ArrayList<>();
        for (DocumentFile document : documents) {
            for (Block block : document.blocks()) {
                if (block.kind().equals("java")) {
                    String problem =
                            problemOf(block.lines().stream().map(String::strip).toList());
                    if (problem != null) {
                        problems.add(document.at(block) + ": " + problem);
                    }
                }
            }
        }
        assertNone(problems.stream());
    }

    /** Null if the code stands in a test, and each method or type of it, or the method around it, is used there. */
    private static @Nullable String problemOf(List<String> code) {
        for (Map.Entry<String, List<String>> source : SOURCES.entrySet()) {
            List<String> lines = source.getValue();
            int at =
                    Collections.indexOfSubList(lines.stream().map(String::strip).toList(), code);
            if (at >= 0) {
                String unused = declarations(lines, at, at + code.size())
                        .filter(name -> !isRun(source.getKey(), name, at, at + code.size()))
                        .collect(Collectors.joining(", "));
                return unused.isEmpty() ? null : "nothing in the tests runs " + unused + " of " + source.getKey();
            }
        }
        return "stands in no test: " + code.getFirst();
    }

    /** The names of what is declared directly in the test class, in these lines; or else the last before them. */
    private static Stream<String> declarations(List<String> lines, int from, int to) {
        List<String> names = new ArrayList<>();
        String last = "";
        for (int i = 0; i < to; i++) {
            Matcher matcher = DECLARATION.matcher(lines.get(i).strip());
            if (lines.get(i).matches(" {4}\\S.*") && matcher.matches()) {
                last = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                if (i >= from) {
                    names.add(last);
                }
            }
        }
        return names.isEmpty() ? Stream.of(last) : names.stream();
    }

    /** Whether it is a test, or its source uses it outside the block, or another source does by the name of its class. */
    private static boolean isRun(String path, String name, int from, int to) {
        List<String> lines = SOURCES.getOrDefault(path, List.of());
        Pattern use = Pattern.compile("(?<!\\w)" + name + "\\(|::" + name + "\\b");
        Pattern declared = Pattern.compile("^ {4}(?:static |private |public )+.*\\b" + name + "\\(.*\\{$");
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean test = i > 0 && lines.get(i - 1).strip().equals("@Test") && line.contains("void " + name + "(");
            boolean used = (i < from || i >= to)
                    && use.matcher(line).find()
                    && !declared.matcher(line).find();
            if (test || used) {
                return true;
            }
        }
        String type = Path.of(path).getFileName().toString().replace(".java", "");
        return SOURCES.values().stream().flatMap(List::stream).anyMatch(line -> line.contains(type + "." + name + "("));
    }

    @Test
    void everyBlockOfXmlIsWellFormed() throws Exception {
        for (DocumentFile document : documents) {
            for (Block block : document.blocks()) {
                if (block.kind().equals("xml")) {
                    byte[] text = ("<document>" + block.text() + "</document>").getBytes(UTF_8);
                    try {
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(new ByteArrayInputStream(text));
                    } catch (SAXException e) {
                        throw new AssertionError(document.at(block) + ": " + e.getMessage(), e);
                    }
                }
            }
        }
    }

    /** For Maven and for Gradle. */
    @Test
    void everyDependencyIsAModule() throws IOException {
        Set<String> artifacts = new TreeSet<>();
        for (String module : List.of("core", "sockets", "bench")) {
            Matcher artifact = ARTIFACT.matcher(
                    Files.readString(DocumentFile.root().resolve(module).resolve("pom.xml")));
            while (artifact.find()) {
                artifacts.add(artifact.group(1));
            }
        }
        List<String> problems = new ArrayList<>();
        for (DocumentFile document : documents) {
            for (Block block : document.blocks()) {
                if (block.kind().equals("xml") || block.kind().equals("kotlin")) {
                    Matcher artifact = ARTIFACT.matcher(block.text());
                    boolean found = artifact.find();
                    if (!found || !artifacts.contains(artifact.group(1))) {
                        problems.add(document.at(block) + ": no dependency on one of " + artifacts);
                    }
                }
            }
        }
        assertNone(problems.stream());
    }

    @Test
    void everyCommandExistsWithTheseOptions() throws IOException {
        DocumentCommands commands = new DocumentCommands();
        List<String> problems = new ArrayList<>();
        for (DocumentFile document : documents) {
            for (Block block : document.blocks()) {
                boolean shell = block.kind().equals("bash") || block.kind().equals("sh");
                boolean indented = block.kind().equals("indented")
                        && DocumentCommands.isCommand(block.lines().getFirst());
                if (shell || indented) {
                    for (String line : block.lines()) {
                        commands.problemOf(line)
                                .ifPresent(problem -> problems.add(document.at(block) + ": " + problem));
                    }
                }
            }
        }
        assertNone(problems.stream());
    }

    // ---- links

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> problems = new ArrayList<>();
        for (DocumentFile document : documents) {
            for (String link : document.links()) {
                if (!link.matches("[a-z]+:.*")) {
                    String problem = problemOf(document, link);
                    if (problem != null) {
                        problems.add(document.name() + ": " + link + ": " + problem);
                    }
                }
            }
        }
        assertNone(problems.stream());
    }

    private static @Nullable String problemOf(DocumentFile document, String link) throws IOException {
        String file = link.contains("#") ? link.substring(0, link.indexOf('#')) : link;
        Path target = document.path();
        if (!file.isEmpty()) {
            target = target.resolveSibling(URI.create(file).getPath()).normalize();
            if (!target.startsWith(DocumentFile.root()) || !Files.exists(target)) {
                return "no such file";
            }
        }
        if (link.contains("#")) {
            String anchor = link.substring(link.indexOf('#') + 1);
            Set<String> anchors = DocumentFile.named(
                            DocumentFile.root().relativize(target).toString())
                    .anchors();
            return anchors.contains(anchor) ? null : "no such heading; there are " + new TreeSet<>(anchors);
        }
        return null;
    }

    // ---- the API

    @Test
    void everyMemberOfTheApiThatADocumentNamesExists() {
        List<String> problems = new ArrayList<>();
        for (DocumentFile document : documents) {
            for (String code : document.code()) {
                API.matcher(code).results().forEach(named -> {
                    String problem = problemOf(named.group(1), named.group(2));
                    if (problem != null) {
                        problems.add(document.name() + ": `" + code + "`: " + problem);
                    }
                });
            }
        }
        assertNone(problems.stream());
    }

    private static @Nullable String problemOf(String type, String member) {
        for (String name : List.of("", "bio.", "engine.", "sockets.", "sockets.jsse.", "record.", "wire.")) {
            try {
                Class<?> found = Class.forName(
                        "io.parktls." + name + type.replace('.', '$'), false, TlsContext.class.getClassLoader());
                boolean isThere =
                        Stream.of(found.getMethods()).anyMatch(m -> m.getName().equals(member))
                                || Stream.of(found.getFields())
                                        .anyMatch(f -> f.getName().equals(member))
                                || Stream.of(found.getClasses())
                                        .anyMatch(c -> c.getSimpleName().equals(member));
                return isThere || member.equals("java") ? null : type + " has no public " + member;
            } catch (ClassNotFoundException e) {
                // Perhaps in the next package.
            }
        }
        return "there is no type " + type;
    }

    @Test
    void everyTestThatADocumentNamesExists() throws IOException {
        Set<String> sources = new TreeSet<>();
        for (String module : List.of("core", "sockets", "bench")) {
            try (Stream<Path> files =
                    Files.walk(DocumentFile.root().resolve(module).resolve("src/test"))) {
                files.map(file -> file.getFileName().toString()).forEach(sources::add);
            }
        }
        assertNone(documents.stream()
                .flatMap(document -> document.code().stream()
                        .filter(code -> code.matches("[A-Z]\\w+(Test|Contract|Profile)"))
                        .filter(code -> !sources.contains(code + ".java"))
                        .map(code -> document.name() + ": there is no test " + code)));
    }

    @Test
    void theThreatModelHasTheDefaultLimits() throws IOException {
        TlsLimits limits = TlsLimits.DEFAULT;
        List<String> lines = DocumentFile.named("core/THREAT-MODEL.md").prose();
        Map<String, Integer> defaults = Map.of(
                "clientHelloSize", limits.clientHelloSize(),
                "handshakeMessageSize", limits.handshakeMessageSize(),
                "recordsWithoutData", limits.recordsWithoutData());
        defaults.forEach((name, value) -> {
            String bold = String.format(Locale.ROOT, "**%,d", value);
            assertTrue(
                    lines.stream().anyMatch(line -> line.contains("`TlsLimits." + name + "`") && line.contains(bold)),
                    name + " " + bold);
        });
        assertEquals(1L << 24, limits.recordsPerKey());
    }

    @Test
    void theTablesOfEventsAndCountersNameEveryField() throws Exception {
        DocumentFile sockets = DocumentFile.named("sockets/README.md");
        for (String event : List.of("Handshake", "Close")) {
            Class<? extends Event> type = Class.forName("io.parktls.sockets.flight." + event + "Event")
                    .asSubclass(Event.class);
            Set<String> fields = EventType.getEventType(type).getFields().stream()
                    .map(ValueDescriptor::getName)
                    .filter(name -> !Set.of("startTime", "duration", "eventThread", "stackTrace")
                            .contains(name))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(fields, new TreeSet<>(sockets.firstColumn("field of `io.parktls." + event + "`")));
        }
        assertEquals(
                Arrays.stream(TlsServerStatistics.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(sockets.firstColumn("counter")));
    }

    // ---- lists of problems

    private static Stream<String> blocks(Predicate<Block> which) {
        return documents.stream()
                .flatMap(document -> document.blocks().stream().filter(which).map(document::at));
    }

    private static void assertNone(Stream<String> problems) {
        assertFalse(documents.isEmpty());
        assertEquals("", problems.collect(Collectors.joining("\n")));
    }
}
