/* A device on azure-uamqp-c, as azure-iot-sdk-c uses it: a token by $cbs, then messages on a link.

   device HOST PORT HUB DEVICE TOKEN CA COUNT tcp|ws
   HOST is where the lab is, HUB the name of the hub. Prints one line for each outcome, and every frame where
   IOTDIAG_TRACE is set. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "azure_c_shared_utility/platform.h"
#include "azure_c_shared_utility/tlsio.h"
#include "azure_c_shared_utility/wsio.h"
#include "azure_uamqp_c/uamqp.h"

#define SECONDS 30

static unsigned int accepted = 0, refused = 0, status = 0;

static void on_opened(void *context, CBS_OPEN_COMPLETE_RESULT result) { (void)context, (void)result; }

static void on_error(void *context) { (void)context; }

static void on_token(void *context, CBS_OPERATION_RESULT result, unsigned int code, const char *words)
{
    (void)context, (void)result;
    status = code;
    printf("token %u %s\n", code, words != NULL ? words : "");
}

static void on_sent(void *context, MESSAGE_SEND_RESULT result, AMQP_VALUE state)
{
    (void)context, (void)state;
    if (result == MESSAGE_SEND_OK) accepted++;
    else refused++;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);
    if (file == NULL || text == NULL || fread(text, 1, (1 << 20) - 1, file) == 0) exit(2);
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    if (argc != 9 || platform_init() != 0) return 2;
    const char *host = argv[1], *hub = argv[3], *device = argv[4], *token = argv[5];
    const unsigned int count = (unsigned int)atoi(argv[7]);
    const time_t ends = time(NULL) + SECONDS;
    char audience[512], address[512];
    snprintf(audience, sizeof audience, "%s/devices/%s", hub, device);
    snprintf(address, sizeof address, "amqps://%s/devices/%s/messages/events", hub, device);

    TLSIO_CONFIG tls = {.hostname = host, .port = atoi(argv[2])};
    WSIO_CONFIG ws = {.hostname = host, .port = atoi(argv[2]), .protocol = "AMQPWSB10",
                      .resource_name = "/$iothub/websocket",
                      .underlying_io_interface = platform_get_default_tlsio(), .underlying_io_parameters = &tls};
    XIO_HANDLE way = strcmp(argv[8], "ws") == 0 ? xio_create(wsio_get_interface_description(), &ws)
                                                : xio_create(platform_get_default_tlsio(), &tls);
    if (way == NULL || xio_setoption(way, "TrustedCerts", read_file(argv[6])) != 0) return 2;
    SASL_MECHANISM_HANDLE mechanism = saslmechanism_create(saslmssbcbs_get_interface(), NULL);
    SASLCLIENTIO_CONFIG sasl = {.underlying_io = way, .sasl_mechanism = mechanism};
    XIO_HANDLE sasl_io = xio_create(saslclientio_get_interface_description(), &sasl);
    CONNECTION_HANDLE connection = connection_create(sasl_io, hub, "a-device-in-c", NULL, NULL);
    connection_set_trace(connection, getenv("IOTDIAG_TRACE") != NULL);
    SESSION_HANDLE session = session_create(connection, NULL, NULL);
    session_set_incoming_window(session, 2147483647);
    session_set_outgoing_window(session, 65536);

    CBS_HANDLE cbs = cbs_create(session);
    if (cbs_open_async(cbs, on_opened, NULL, on_error, NULL) != 0) return 2;
    cbs_put_token_async(cbs, "servicebus.windows.net:sastoken", audience, token, on_token, NULL);
    while (status == 0 && time(NULL) < ends) connection_dowork(connection);
    if (status != 200) return 3;

    AMQP_VALUE source = messaging_create_source("ingress"), target = messaging_create_target(address);
    LINK_HANDLE link = link_create(session, "sender", role_sender, source, target);
    link_set_snd_settle_mode(link, sender_settle_mode_unsettled);
    link_set_max_message_size(link, 262144);
    MESSAGE_SENDER_HANDLE sender = messagesender_create(link, NULL, NULL);
    if (messagesender_open(sender) != 0) return 2;
    for (unsigned int number = 0; number < count; number++)
    {
        char text[64];
        BINARY_DATA body = {(unsigned char *)text, (size_t)snprintf(text, sizeof text, "{\"number\": %u}", number)};
        MESSAGE_HANDLE message = message_create();
        message_add_body_amqp_data(message, body);
        messagesender_send_async(sender, message, on_sent, NULL, 0);
        message_destroy(message);
    }
    while (accepted + refused < count && time(NULL) < ends) connection_dowork(connection);
    printf("accepted %u refused %u\n", accepted, refused);

    messagesender_destroy(sender);
    link_destroy(link);
    cbs_destroy(cbs);
    session_destroy(session);
    connection_destroy(connection);
    xio_destroy(sasl_io);
    xio_destroy(way);
    saslmechanism_destroy(mechanism);
    platform_deinit();
    return accepted == count ? 0 : 4;
}
