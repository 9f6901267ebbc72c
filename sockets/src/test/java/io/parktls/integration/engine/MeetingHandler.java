package io.parktls.integration.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The application of the peers of clients. Besides the paths of {@link Application}, it knows one that tells the name in
 * the client's SNI, and one whose requests wait for one another.
 */
final class MeetingHandler extends Handler.Abstract {
    /** Requests with this path are answered with the server name that the client sent. */
    static final String SERVER_NAME = "/server-name";

    /** Requests with this path are answered when {@link #MEETING_SIZE} of them are there. */
    static final String MEETING = "/meeting";

    /** How many requests meet. */
    static final int MEETING_SIZE = 500;

    private final Application application;

    /** The answers that wait. Guarded by this object's monitor. */
    private final List<Runnable> waiting = new ArrayList<>();

    MeetingHandler(Application application) {
        this.application = application;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        ExtendedSSLSession session = (ExtendedSSLSession) JettyServer.session(request);
        if (path.equals(MEETING)) {
            meet(() -> answer(response, "met".getBytes(StandardCharsets.UTF_8), callback));
        } else if (path.equals(SERVER_NAME)) {
            answer(response, session.getRequestedServerNames().toString().getBytes(StandardCharsets.UTF_8), callback);
        } else {
            byte[] body = Content.Source.asInputStream(request).readAllBytes();
            answer(response, application.answer(path, body, Keys.peer(session)), callback);
        }
        return true;
    }

    private void meet(Runnable answer) {
        List<Runnable> ready;
        synchronized (waiting) {
            waiting.add(answer);
            ready = waiting.size() < MEETING_SIZE ? List.of() : List.copyOf(waiting);
        }
        ready.forEach(Runnable::run);
    }

    private static void answer(Response response, byte[] body, Callback callback) {
        response.getHeaders().put("content-length", body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
