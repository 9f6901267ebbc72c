package io.parktls;

import io.parktls.engine.ForeignCode;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.pki.Secrets;
import io.parktls.record.RecordFormat;
import io.parktls.wire.ClientHello;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A server's engine that reads the ClientHello, asks the application's {@link TlsChooser} for the settings, and then
 * lets an engine with these settings perform the handshake. It works with every engine, because it passes the records of
 * the ClientHello on as they came.
 *
 * <pre>
 *   READING --ClientHello complete, chooser answers--&gt; REPLAYING --records passed on--&gt; DELEGATING
 *      |
 *      | malformed, refused, chooser failed: alert;  close_notify: CLOSED
 *      v
 * </pre>
 *
 * <p>If the driver wishes, a step ends between READING and REPLAYING. Reading takes microseconds and the choice may
 * wait, whereas the chosen engine computes for milliseconds.
 */
final class ChoosingEngine extends DelegatingEngine {
    private static final String READING = "reading the ClientHello";

    private static final CompletionStage<?> COMPLETE = CompletableFuture.completedStage(null);

    private final TlsContext context;
    private final TlsChooser chooser;
    private final HandshakeOverrides overrides;
    private final @Nullable SocketAddress remoteAddress;

    /** Null after the choice. Guarded by both locks of the connection, as is all state of the handshake. */
    private @Nullable HelloRecords hello;

    /** The records that the chosen engine has not consumed; null outside of REPLAYING. */
    private @Nullable ByteBuffer replayed;

    /** Null before the choice. Written once, before other threads use this engine. */
    private @Nullable TlsEngine chosen;

    /** The engines to which {@link #chosen} belongs; null before the choice. Written once, read by any thread. */
    private volatile TlsEngineProvider.@Nullable Engines chosenEngines;

    /** Whether the latest step ended because of the choice. Written like {@link #replayed}, read by any thread. */
    private volatile boolean endedAfterChoice;

    /** Guarded like {@link #hello}. */
    private boolean inputEnded;

    ChoosingEngine(
            TlsContext context,
            TlsChooser chooser,
            HandshakeOverrides overrides,
            @Nullable SocketAddress remoteAddress) {
        this.context = context;
        this.chooser = chooser;
        this.overrides = overrides;
        this.remoteAddress = remoteAddress;
        this.hello = new HelloRecords(context);
    }

    // ---- handshake

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException {
        return handshake(in, out, ForeignCodeBoundary.NONE);
    }

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        endedAfterChoice = false;
        if (chosen == null) {
            TlsStatus reading = read(in, out, boundary);
            if (reading != TlsStatus.OK) {
                return reading;
            }
            if (boundary.endsStepAfterChoice()) {
                endedAfterChoice = true;
                return TlsStatus.WANT_READ;
            }
        }
        TlsEngine engine = Objects.requireNonNull(chosen);
        ByteBuffer records = replayed;
        if (records == null) {
            return engine.handshake(in, out, boundary);
        }
        TlsStatus status = engine.handshake(records, out, boundary);
        if (records.hasRemaining()) {
            return status;
        }
        replayed = null;
        return status == TlsStatus.WANT_READ && in.hasRemaining() ? engine.handshake(in, out, boundary) : status;
    }

    /** Reads the ClientHello and makes the choice; returns OK once there is an engine. */
    private TlsStatus read(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        HelloRecords records = Objects.requireNonNull(hello);
        try {
            ClientHello received = records.take(in);
            if (received != null) {
                TlsEngine engine = choose(ClientHelloInfo.of(received, remoteAddress), boundary);
                if (inputEnded) {
                    engine.endOfInput();
                }
                replayed = records.records();
                hello = null;
                chosen = engine;
                return TlsStatus.OK;
            }
            if (records.isCloseNotifyReceived()) {
                putAlert(TlsAlert.CLOSE_NOTIFY, out);
                return TlsStatus.CLOSED;
            }
            if (!inputEnded) {
                return TlsStatus.WANT_READ;
            }
            if (context.truncationIgnored()) {
                return TlsStatus.CLOSED;
            }
            throw new TlsTruncatedException(
                    "the stream ended in mid-handshake (" + READING + ")", TlsAlert.DECODE_ERROR, null);
        } catch (TlsHandshakeException | TlsTruncatedException e) {
            e.alert().ifPresent(alert -> putAlert(alert, out));
            throw e;
        }
    }

    private static void putAlert(TlsAlert alert, ByteBuffer out) {
        if (out.remaining() >= RecordFormat.PLAINTEXT_ALERT) {
            RecordFormat.putPlaintextAlert(alert, out);
        }
    }

    private TlsEngine choose(ClientHelloInfo info, ForeignCodeBoundary boundary) throws TlsHandshakeException {
        TlsChoice choice = ask(info, boundary);
        try {
            TlsEngineProvider.Engines engines = switch (choice) {
                case TlsChoice.Context other -> other.context().engines();
                case TlsChoice.Identity own -> own.identity().in(context).engines();
                case TlsChoice.Unchanged unchanged -> context.engines();
                case TlsChoice.Refusal refusal ->
                    throw new TlsHandshakeException(
                            "the application refuses the client " + described(info) + ": " + refusal.reason(),
                            refusal.alert(),
                            null);
            };
            TlsEngine engine = engines.server(overrides);
            chosenEngines = engines;
            return engine;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new TlsHandshakeException(
                    "the answer of the chooser cannot be used for a client " + described(info) + ": " + e.getMessage(),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        }
    }

    private TlsChoice ask(ClientHelloInfo info, ForeignCodeBoundary boundary) throws TlsHandshakeException {
        TlsChoice choice;
        boundary.beforeForeignCode();
        try {
            choice = chooser.choose(info);
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new TlsHandshakeException(
                    "the chooser " + chooser.getClass().getName() + " failed for a client " + described(info) + " with "
                            + e.getClass().getName(),
                    TlsAlert.INTERNAL_ERROR,
                    e);
        } finally {
            boundary.afterForeignCode();
        }
        if (choice == null) {
            throw new TlsHandshakeException(
                    "the chooser " + chooser.getClass().getName() + " returned null for a client " + described(info),
                    TlsAlert.INTERNAL_ERROR,
                    null);
        }
        return choice;
    }

    private static String described(ClientHelloInfo info) {
        String name = info.serverName();
        return name == null ? "without a server name" : "that asks for " + Secrets.quotedHost(name);
    }

    /** Returns which foreign code the next step calls. */
    ForeignCode foreignCode() {
        TlsEngineProvider.Engines engines = chosenEngines;
        return engines == null ? ForeignCode.CHOICE : engines.foreignCode(true);
    }

    @Override
    public @Nullable CompletionStage<?> pendingAnswer() {
        return endedAfterChoice ? COMPLETE : null;
    }

    @Override
    public boolean isHandshakeLight() {
        return chosen != null && replayed == null && chosen.isHandshakeLight();
    }

    @Override
    @SuppressWarnings("exports")
    public @Nullable ClientHello clientHello() {
        HelloRecords reading = hello;
        return reading != null ? reading.hello() : chosen == null ? null : chosen.clientHello();
    }

    // ---- before and after the choice

    @Override
    TlsEngine delegate() {
        TlsEngine engine = chosen;
        if (engine == null) {
            throw new IllegalStateException("the handshake is not done: call doHandshake() first");
        }
        return engine;
    }

    @Override
    public TlsStatus closeNotify(ByteBuffer out) throws SSLException {
        TlsEngine engine = chosen;
        if (engine != null) {
            return engine.closeNotify(out);
        }
        if (out.remaining() < 2 * RecordFormat.PLAINTEXT_ALERT) {
            return TlsStatus.WANT_WRITE;
        }
        putAlert(TlsAlert.USER_CANCELED, out);
        putAlert(TlsAlert.CLOSE_NOTIFY, out);
        return TlsStatus.OK;
    }

    @Override
    public boolean hasReply() {
        return chosen != null && chosen.hasReply();
    }

    @Override
    public TlsStatus reply(ByteBuffer out) throws SSLException {
        return chosen == null ? TlsStatus.OK : super.reply(out);
    }

    @Override
    public void endOfInput() {
        inputEnded = true;
        if (chosen != null) {
            chosen.endOfInput();
        }
    }

    @Override
    public String state() {
        return chosen == null ? READING : chosen.state();
    }

    @Override
    public void destroy() {
        hello = null;
        replayed = null;
        if (chosen != null) {
            chosen.destroy();
        }
    }
}
