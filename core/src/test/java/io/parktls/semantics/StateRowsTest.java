package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsConnection;
import io.parktls.openssl.SslConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** STA: the states that a connection reports. */
final class StateRowsTest {
    private static final String WORDS = "The state is a text for people. It names the handshake message, as in the RFC,"
            + " at which the connection stopped last, and skips messages at which it did not stop. (The state of a JSSE"
            + " engine only shows whether the engine has to read or to write.)";
    private static final String NO_CALLBACKS = "ParkTLS has no callbacks: each call returns its outcome, the exception"
            + " of a failure has the alert, and isCloseNotifySent and isCloseNotifyReceived report close_notify.";

    /** Returns the phase of the connection, in the same word for ParkTLS and libssl. */
    private static String phase(Actor actor) {
        if (actor.end() instanceof ParkTlsEnd ours) {
            return ours.state().replaceAll("[:,].*| the handshake", "");
        }
        SslConnection ssl = Scenario.libssls(actor);
        if (ssl.state().equals("error")) {
            return "failed";
        }
        if (ssl.integer("SSL_is_init_finished") == 1) {
            return "established";
        }
        return ssl.integer("SSL_in_before") == 1 ? "before" : "handshake";
    }

    @Row("STA-01")
    @Row("STA-02")
    @Row("STA-03")
    @InBothVersions
    void phases(Setting setting) {
        Scenario.of(setting)
                .same("C:before, S:before, C:handshake, S:handshake, C:established, S:established", stage -> {
                    phases(stage);
                    stage.server().end().doHandshake();
                    stage.client().end().doHandshake();
                    phases(stage);
                    phases(stage.establish());
                });
    }

    private static void phases(Stage stage) {
        stage.note("C", phase(stage.client()));
        stage.note("S", phase(stage.server()));
    }

    @Row("STA-04")
    @InBothVersions
    void failed(Setting setting) {
        Scenario.of(setting).same("C:failed, S:failed", stage -> {
            stage.establish().toClient().end();
            stage.client().end().read(1);
            stage.server().end().read(1);
            phases(stage);
        });
    }

    /** Maps the last letters of SSL_state_string(3) to the names of messages in ParkTLS's states. */
    private static final Map<String, String> MESSAGES = Map.ofEntries(
            Map.entry("CH", "client_hello"),
            Map.entry("SH", "server_hello"),
            Map.entry("EE", "encrypted_extensions"),
            Map.entry("SC", "server certificate"),
            Map.entry("SCV", "server certificate_verify"),
            Map.entry("SKE", "server_key_exchange"),
            Map.entry("SD", "server_hello_done"),
            Map.entry("CKE", "client_key_exchange"),
            Map.entry("ST", "new_session_ticket"),
            Map.entry("FIN", "finished"));

    /** Returns the name of the message at which the connection stopped last. */
    private static String step(Actor actor) {
        if (actor.end() instanceof ParkTlsEnd ours) {
            return ours.state().replaceAll(".* at (client (?=finished)|server (?=finished))?", "");
        }
        String state = Scenario.libssls(actor).stateShort();
        return MESSAGES.getOrDefault(state.substring(Math.min(2, state.length())), state);
    }

    private static void step(Stage stage, String who, Actor actor) {
        stage.note(who, step(actor));
    }

    @Row(value = "STA-05", differs = WORDS)
    @Row(value = "STA-06", differs = WORDS)
    @InTls12
    void whereItWaitsTls12(Setting setting) {
        String libssl = "C:client_hello, S:server_hello_done, C:finished";
        Scenario.of(setting)
                .differs(
                        libssl,
                        setting.isBouncyCastle()
                                ? libssl
                                : "C:handshake: NEED_UNWRAP, S:handshake: NEED_UNWRAP, C:handshake: NEED_UNWRAP",
                        stage -> {
                            stage.client().end().doHandshake();
                            step(stage, "C", stage.client());
                            stage.server().end().doHandshake();
                            step(stage, "S", stage.server());
                            stage.client().end().doHandshake();
                            step(stage, "C", stage.client());
                        });
    }

    @Row(value = "STA-07", differs = WORDS + " libssl's state is that of early data, although there is none.")
    @InTls13
    void whereItWaitsTls13(Setting setting) {
        Scenario.of(setting)
                .differs("S:TED", setting.isBouncyCastle() ? "S:finished" : "S:handshake: NEED_UNWRAP", stage -> {
                    stage.client().end().doHandshake();
                    stage.server().end().doHandshake();
                    step(stage, "S", stage.server());
                });
    }

    @Row(value = "STA-08", differs = WORDS)
    @Row(value = "STA-09", differs = WORDS)
    @Row(value = "STA-11", differs = WORDS)
    @Row(value = "STA-12", differs = WORDS)
    @InBothVersions
    void order(Setting setting) {
        Map<String, List<String>> libssl = new LinkedHashMap<>();
        Map<String, List<String>> ours = new LinkedHashMap<>();
        Scenario.of(setting).run(stage -> {
            boolean parkTls = stage.pairing() == Pairing.PARKTLS_PARKTLS;
            if (parkTls || stage.pairing() == Pairing.LIBSSL_LIBSSL) {
                Map<String, List<String>> seen = parkTls ? ours : libssl;
                seen.put("C", new ArrayList<>());
                seen.put("S", new ArrayList<>());
                while (!stage.isDone()) {
                    turn(stage.client(), stage.toClient(), seen.get("C"));
                    turn(stage.server(), stage.toServer(), seen.get("S"));
                }
                if (!parkTls) {
                    seen.put("C", messages(stage.client()));
                    seen.put("S", messages(stage.server()));
                }
            }
        });
        if (setting.isBouncyCastle()) {
            ours.forEach((who, steps) -> assertSubsequence(who, steps, libssl.get(who)));
        }
    }

    /** Calls doHandshake with one more byte of input and adds the new state to the steps. */
    private static void turn(Actor actor, Lane in, List<String> steps) {
        in.show(1);
        actor.end().doHandshake();
        String step = step(actor);
        if (!actor.end().isHandshakeDone()
                && !step.equals("the start")
                && (steps.isEmpty() || !step.equals(steps.getLast()))) {
            steps.add(step);
        }
    }

    private static List<String> messages(Actor actor) {
        return Scenario.libssls(actor).states().stream()
                .map(state -> MESSAGES.getOrDefault(state.substring(2), state))
                .toList();
    }

    private static void assertSubsequence(String who, List<String> steps, List<String> all) {
        int at = 0;
        for (String step : steps) {
            int found = all.subList(at, all.size()).indexOf(step);
            assertTrue(found >= 0, () -> who + ": " + steps + " is not in the order of " + all);
            at += found;
        }
        assertTrue(!steps.isEmpty(), () -> who + ": " + steps);
    }

    @Row(value = "STA-13", differs = NO_CALLBACKS)
    @Row(value = "STA-14", differs = NO_CALLBACKS)
    @InBothVersions
    void events(Setting setting) {
        Scenario.of(setting).run(stage -> {
            stage.establish().client().end().shutdown();
            stage.server().end().read(1);
            if (stage.server().end() instanceof LibsslEnd libssl) {
                List<Integer> events = libssl.ssl().events();
                assertTrue(events.contains(0x10) && events.contains(0x20), "start and end");
                assertTrue(events.contains(0x4004), "an alert was read");
            } else {
                TlsConnection ours = Scenario.ours(stage.server());
                assertTrue(ours.isHandshakeDone() && ours.isCloseNotifyReceived());
                assertEquals("established, close_notify received", ours.state());
            }
        });
    }
}
