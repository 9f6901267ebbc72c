package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** U19: tests that the library's events are recorded only if a recording enables them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FlightRecorderTest {
    private static final String HANDSHAKE = "io.parktls.Handshake";
    private static final String CLOSE = "io.parktls.Close";

    /** The settings of a recording, and the library's events that it then contains. */
    enum Settings {
        NOTHING(Set.of(), recording -> {}),
        ANOTHER_EVENT(Set.of(), recording -> recording.enable("jdk.ThreadPark")),
        THE_DEFAULT_PROFILE(Set.of(), recording -> recording.setSettings(profile("default"))),
        THE_PROFILE_PROFILE(Set.of(), recording -> recording.setSettings(profile("profile"))),
        HANDSHAKES(Set.of(HANDSHAKE), recording -> recording.enable(HANDSHAKE)),
        CLOSES(Set.of(CLOSE), recording -> recording.enable(CLOSE)),
        BOTH(Set.of(HANDSHAKE, CLOSE), recording -> {
            recording.enable(HANDSHAKE);
            recording.enable(CLOSE);
        }),
        BOTH_BY_SETTINGS(
                Set.of(HANDSHAKE, CLOSE),
                recording -> recording.setSettings(Map.of(HANDSHAKE + "#enabled", "true", CLOSE + "#enabled", "true"))),
        SHORT_HANDSHAKES_TOO(
                Set.of(HANDSHAKE), recording -> recording.enable(HANDSHAKE).withThreshold(Duration.ofNanos(1))),
        LONG_HANDSHAKES_ONLY(Set.of(), recording -> recording.enable(HANDSHAKE).withThreshold(Duration.ofHours(1))),
        ENABLED_AND_DISABLED_AGAIN(Set.of(), recording -> {
            recording.enable(HANDSHAKE);
            recording.disable(HANDSHAKE);
        });

        private final Set<String> expected;
        private final Consumer<Recording> setUp;

        Settings(Set<String> expected, Consumer<Recording> setUp) {
            this.expected = expected;
            this.setUp = setUp;
        }

        private static Map<String, String> profile(String name) {
            try {
                return Configuration.getConfiguration(name).getSettings();
            } catch (Exception e) {
                throw new AssertionError("no profile " + name, e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a recording contains the events that it enables and no others")
    void recordingHas(Settings settings, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            settings.setUp.accept(recording);
            recording.start();
            try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
                Servers.assertServes(server);
            }
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Set<String> ours = events.stream()
                .map(event -> event.getEventType().getName())
                .filter(name -> name.startsWith("io.parktls"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(settings.expected), ours);
    }
}
