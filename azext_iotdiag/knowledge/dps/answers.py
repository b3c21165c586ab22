"""HTTP statuses of the Device Provisioning Service, as devices and back ends get them, over MQTT and AMQP, too."""

from azext_iotdiag.model.finding import Area, Cause, Fixer, Place, Retry

_TROUBLE = "https://learn.microsoft.com/azure/iot-dps/how-to-troubleshoot-dps"
_LIMITS = "https://learn.microsoft.com/azure/iot-dps/about-iot-dps#quotas-and-limits"
_PLACES = (Place.HTTP, Place.MQTT, Place.DPS)

_AREA = Area(links=(_TROUBLE,))

BAD_REQUEST = _AREA.entry(
    code="dps-400",
    title="The provisioning service cannot read the request",
    meaning="The body is no JSON, or an object in it breaks a rule.",
    causes=(
        Cause(
            "A device that speaks the protocol by itself sends a wrong body.",
            ("Send an object whose registrationId equals the one in the path or user name, or use a device SDK.",),
            confirm="Print body and path as they are sent.",
        ),
        Cause(
            "An enrollment has fields that contradict each other, such as a custom allocation without its definition.",
            ("Begin with an enrollment that works, and change one field at a time.",),
            confirm="The message names the object or field.",
        ),
    ),
    aliases=("dps:400", "dps:400004", "dps:ArgumentInvalid"),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR),
    places=_PLACES,
)

UNAUTHORIZED = _AREA.entry(
    code="dps-401",
    title="DPS does not accept the device's credential",
    meaning="The answer is the same whether the key is wrong, the enrollment is missing or an IP rule is in the way. "
    "With a TPM the first 401 is part of the protocol: it carries the challenge.",
    causes=(
        Cause(
            "No enrollment fits: none was made, or the registration id or id scope is another.",
            (
                "Compare id scope and registration id on the device with the provisioning service and its enrollments.",
                "Make an individual enrollment, or put the device into a group.",
            ),
            confirm="`az iot diag device show --dps-name DPS --enrollment-id ENROLLMENT` finds it; ids are lower-case.",
        ),
        Cause(
            "The key is the group's key in place of the device's derived key, or it was derived from another spelling "
            "of the registration id.",
            ("Derive it: base64 of HMAC-SHA256 over the registration id, with the decoded group key.",),
            confirm="`az iot diag sas inspect --sas-token @token.txt --registration-id ID --group-key @group.txt` "
            "says that another key signed the device's token.",
        ),
        Cause(
            "The token has expired or is made for the hub in place of ID_SCOPE/registrations/REGISTRATION_ID.",
            ("Make it for that resource, with skn=registration, and check the device's clock.",),
            confirm="Decode sr= and se= of the token.",
        ),
        Cause(
            "The certificate: its authority is not verified, intermediates are not sent, it has expired, or its common "
            "name is not the registration id.",
            (
                "Verify the root or intermediate in the provisioning service, and send the whole chain.",
                "Issue a leaf whose common name is the registration id.",
            ),
            confirm="`az iot dps certificate list --dps-name DPS` shows isVerified; `openssl x509 -in CERT -noout "
            "-subject -dates` shows the rest.",
        ),
        Cause(
            "An IP rule or switched-off public access of the provisioning service keeps the device out.",
            ("Allow the device's address for the target deviceApi, or use the private endpoint.",),
            confirm='`az iot dps show -n DPS --query "properties.[publicNetworkAccess, ipFilterRules]"` shows rules.',
        ),
    ),
    aliases=("dps:401", "dps:401000", "dps:401002", "dps:Unauthorized", "Invalid certificate"),
    links=(_TROUBLE, "https://learn.microsoft.com/azure/iot-dps/iot-dps-ip-filtering"),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.OPERATOR, Fixer.OWNER),
    places=(*_PLACES, Place.AMQP),
)

NOT_FOUND = _AREA.entry(
    code="dps-404",
    title="The provisioning service or the requested item was not found",
    meaning="Either no service has this id scope or name, or there is no such enrollment or registration in it.",
    causes=(
        Cause(
            "The id scope is of a deleted or another service.",
            ("Copy the id scope anew: `az iot dps show -n DPS --query properties.idScope`.",),
            confirm="Compare it with the one on the device, character by character.",
        ),
        Cause(
            "The registration or enrollment was deleted, or never made.",
            ("Let the device register, or make the enrollment first.",),
            confirm="`az iot diag device list --dps-name DPS` does not show it.",
        ),
    ),
    aliases=("dps:404",),
    fixers=(Fixer.OPERATOR, Fixer.DEVICE_DEVELOPER),
    places=_PLACES,
)

METHOD_NOT_ALLOWED = _AREA.entry(
    code="dps-405",
    title="The address of the request is incomplete",
    meaning="With the id missing from its path, a request means a collection, and the verb is none of a collection's.",
    causes=(
        Cause(
            "The registration or enrollment id is empty.",
            ("Check that the setting for the id is filled before the path is built.",),
            confirm="The path ends with a slash, or holds two in a row.",
        ),
    ),
    aliases=("dps:405",),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP,),
)

CONFLICT = _AREA.entry(
    code="dps-409",
    title="The request contradicts the state of the service",
    meaning="The item to create exists already, or another operation is changing something that it depends on.",
    causes=(
        Cause(
            "An enrollment of this id exists already.",
            ("Update the existing enrollment, or choose another id.",),
            confirm="`az iot diag device show --dps-name DPS --enrollment-id ENROLLMENT` shows it.",
        ),
    ),
    aliases=("dps:409",),
    fixers=(Fixer.OPERATOR,),
    places=(Place.HTTP,),
)

PRECONDITION_FAILED = _AREA.entry(
    code="dps-412",
    title="The enrollment or registration was changed in between",
    meaning="The request carried an ETag, and the service holds a newer one (RFC 7232).",
    causes=(
        Cause(
            "Another program wrote the enrollment, or the device registered meanwhile.",
            ("Read it once more and repeat the change with that ETag.",),
            confirm="The field etag of a fresh read is another one.",
        ),
    ),
    aliases=("dps:412",),
    fixers=(Fixer.SERVICE_DEVELOPER,),
    places=(Place.HTTP,),
)

UNSUPPORTED_MEDIA_TYPE = _AREA.entry(
    code="dps-415",
    title="The provisioning service does not take a body of this type",
    meaning="It reads JSON only, and wants the header to say so.",
    causes=(
        Cause(
            "The header Content-Type names another type, or is missing.",
            ("Set Content-Type to application/json on requests to the provisioning service.",),
            confirm="Print the headers of the request.",
        ),
    ),
    aliases=("dps:415",),
    fixers=(Fixer.DEVICE_DEVELOPER, Fixer.SERVICE_DEVELOPER),
    places=(Place.HTTP,),
)

THROTTLED = _AREA.entry(
    code="dps-429",
    title="The provisioning service gets too many requests",
    meaning="A service takes about a thousand registrations a minute; each device may ask for its result every few "
    "seconds only.",
    causes=(
        Cause(
            "Many devices start at the same moment, or register at every boot.",
            (
                "Keep the assigned hub on the device, and register again only when that hub answers 401, 403 or 404.",
                "Give each device a random delay before it registers.",
            ),
            confirm="The metric RegistrationAttempts shows a peak above the limit.",
        ),
        Cause(
            "The device polls its registration without a pause.",
            ("Wait as long as Retry-After or retry-after says, three seconds where it says nothing.",),
            confirm="Count the device's requests in ten seconds; five are the most.",
        ),
    ),
    aliases=("dps:429", "dps:429001", "dps:Throttled"),
    links=(_TROUBLE, _LIMITS),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.DEVICE_DEVELOPER,),
    places=(Place.TOOL, *_PLACES),
)

SERVER_ERROR = _AREA.entry(
    code="dps-500",
    title="The provisioning service ran into a fault of its own",
    meaning="Nothing is wrong with the request; a part of the service failed.",
    causes=(
        Cause(
            "A passing fault of the service.",
            (
                "Register again after five seconds or more, with growing pauses.",
                "If it stays, look at Resource Health of the provisioning service and open a support request.",
            ),
            confirm="Devices with other enrollments show it at the same time.",
        ),
    ),
    aliases=("dps:500", "dps:502", "dps:503"),
    retry=Retry.BACK_OFF,
    fixers=(Fixer.MICROSOFT,),
    places=(Place.TOOL, *_PLACES),
)
