/* SPDX-License-Identifier: MIT */
/* People and places are made up; the numbers are ones that telephone plans keep for fiction, or look like it. */
#include "sim/customer_scripts.h"

#define TEXT(words) { .kind = CUSTOMER_LINE_TEXT, .text = (words) }
#define PICTURE(words) { .kind = CUSTOMER_LINE_PICTURE, .text = (words) }
#define PLACE(words, at) { .kind = CUSTOMER_LINE_LOCATION, .text = (words), .position = (at) }

static const struct customer_person people[] = {
	{ .name = "María Fernanda López", .number = "+5215555550101", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "James Whitfield", .number = "+12125550102", .channel = CHANNEL_SMS, .spanish = false },
	{ .name = "José Ángel Ramírez", .number = "+5215555550103", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Lucía Peña Ibáñez", .number = "+34600550104", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Olivia Carter", .number = "+12125550105", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Ignacio Muñoz", .number = "+525555550106", .channel = CHANNEL_SMS, .spanish = true },
	{ .name = "Sofía Giménez 🌻", .number = "+5491155550107", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Daniel O'Brien", .number = "+12125550108", .channel = CHANNEL_SMS, .spanish = false },
	{ .name = "Ximena Núñez", .number = "+5215555550109", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Aisha Khan", .number = "+447700900110", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Raúl Domínguez", .number = "+525555550111", .channel = CHANNEL_SMS, .spanish = true },
	{ .name = "Camila Ospina", .number = "+573005550112", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Ethan Brooks", .number = "+12125550113", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Begoña Etxeberria", .number = "+34600550114", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Grace Nakamura", .number = "+12125550115", .channel = CHANNEL_SMS, .spanish = false },
	{ .name = "Toño Villaseñor ⚽", .number = "+5215555550116", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Hannah Müller", .number = "+447700900117", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Julián Cárdenas", .number = "+573005550118", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Rosa Elena Güereña", .number = "+525555550119", .channel = CHANNEL_SMS, .spanish = true },
	{ .name = "Marcus Reed", .number = "+12125550120", .channel = CHANNEL_SMS, .spanish = false },
	{ .name = "Valentina Ríos", .number = "+5491155550121", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Priya Raman", .number = "+447700900122", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Álvaro Quiñones", .number = "+34600550123", .channel = CHANNEL_SMS, .spanish = true },
	{ .name = "Emily Sanders 🐶", .number = "+12125550124", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Óscar Zúñiga", .number = "+5215555550125", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Noah Thompson", .number = "+12125550126", .channel = CHANNEL_SMS, .spanish = false },
	{ .name = "Marisol Treviño", .number = "+5215555550127", .channel = CHANNEL_WHATSAPP, .spanish = true },
	{ .name = "Chloé Dubois", .number = "+447700900128", .channel = CHANNEL_WHATSAPP, .spanish = false },
	{ .name = "Hugo Echeverría", .number = "+525555550129", .channel = CHANNEL_SMS, .spanish = true },
	{ .name = "山田 健", .number = "+12125550130", .channel = CHANNEL_WHATSAPP, .spanish = false },
};

static const struct customer_script scripts[] = {
	{
		.spanish = true,
		.opening = { TEXT("Hola, buenas tardes 👋"), TEXT("Quería saber dónde va mi pedido {n}") },
		.details = TEXT("Lo pedí el lunes, a nombre mío. Es el {n}."),
		.replies = { TEXT("Ah, perfecto. ¿Y más o menos a qué hora llega?"),
			     PLACE("Mi oficina", "19.4270,-99.1677"),
			     TEXT("Mejor que lo dejen aquí, en casa no hay nadie hasta las 7 pm") },
		.thanks = "¡Muchísimas gracias, muy amables! 🙌",
	},
	{
		.spanish = false,
		.opening = { TEXT("Hi! Where is my order {n}? Tracking hasn't moved since Tuesday.") },
		.details = TEXT("It's {n}, two lamps and a rug. Same address as always."),
		.replies = { TEXT("OK thanks. Can it be left with the neighbor in 4B?"),
			     TEXT("Great. Will I get a text when the driver is close?") },
		.thanks = "Perfect, thank you so much!",
	},
	{
		.spanish = true,
		.opening = { PICTURE("Miren cómo llegó la caja 😞"),
			     TEXT("Dos tazas vienen rotas. Era un regalo para mi mamá y la fiesta es el sábado.") },
		.details = TEXT("El pedido es el {n}. Las tazas azules, el juego de seis."),
		.replies = { TEXT("Prefiero que me manden las dos tazas, no el reembolso."),
			     PICTURE("Así se ve la etiqueta de la caja"),
			     TEXT("¿Tengo que devolver las rotas?") },
		.thanks = "Mil gracias, me salvaron la fiesta 🎉",
	},
	{
		.spanish = true,
		.opening = { TEXT("Buenas! Tienen mesa para 4 este viernes a las 21:00?") },
		.details = TEXT("A nombre de Giménez, 4 personas, una con celiaquía 🌾"),
		.replies = { TEXT("21:30 también nos sirve, sin problema"),
			     TEXT("¿Se puede en la terraza? Si no llueve ☔") },
		.thanks = "Genial, ahí estaremos! ❤️",
	},
	{
		.spanish = false,
		.opening = { TEXT("Hello, I was charged twice for invoice {n} 😬"), PICTURE("Here is the bank statement"),
			     TEXT("Could somebody look into this today please? Rent is due tomorrow.") },
		.details = TEXT("Sure: invoice {n}, $84.50, charged on the 3rd and again on the 4th."),
		.replies = { TEXT("And how long does the refund take to show up?"),
			     TEXT("Same card ending in 4417, yes.") },
		.thanks = "Thanks for sorting it out so quickly 🙏",
	},
	{
		.spanish = true,
		.opening = { TEXT("Necesito la factura del pedido {n} con RFC por favor, es para la empresa.") },
		.details = TEXT("Uso de CFDI G03, régimen 601. El correo es el mismo de la cuenta."),
		.replies = { TEXT("Perfecto. ¿Me la pueden mandar en PDF y XML?"), TEXT("Quedo al pendiente entonces.") },
		.thanks = "Recibida, gracias.",
	},
	{
		.spanish = true,
		.opening = { TEXT("hola"), TEXT("una pregunta"), TEXT("el vestido verde lo tienen en talla M?"),
			     TEXT("el de la foto del anuncio 🥰") },
		.details = TEXT("Ese, el largo, con botones. Talla M o si no la L"),
		.replies = { TEXT("Ay qué bueno!! cuánto cuesta con envío a Rosario?"),
			     TEXT("Dale, me lo quedo. Cómo pago?"), PICTURE("Acá va el comprobante 😊") },
		.thanks = "Graciasss 💚💚",
	},
	{
		.spanish = false,
		.opening = { TEXT("Your driver left the parcel in the rain. Everything inside is soaked. This is the second time this "
				  "month and I really expected better: last time it took three calls, eleven days and a form that "
				  "nobody had read before somebody finally sent a replacement. I would like to talk to a person "
				  "who can decide something, not to another form. Order number {n}."),
			     PICTURE("Soaked.") },
		.details = TEXT("Order {n}. Two notebooks and a leather bag, about $210 altogether."),
		.replies = { TEXT("Fine. A replacement then, but please not the same courier."),
			     TEXT("When would it arrive?") },
		.thanks = "Alright, thank you. I appreciate that you took it seriously.",
	},
	{
		.spanish = true,
		.opening = { TEXT("Buen día. Para cambiar mi cita del jueves a la próxima semana, ¿se puede?") },
		.details = TEXT("Es la de las 10:30, con la doctora Peña. Cualquier tarde me viene bien."),
		.replies = { TEXT("El miércoles a las 17:00 me queda perfecto."), TEXT("¿Hay que llegar antes para los papeles?") },
		.thanks = "Anotado. Muchas gracias y buen día 🌞",
	},
	{
		.spanish = false,
		.opening = { TEXT("hey is this the right number for bookings?"), TEXT("need a room for 2, Oct 12 to 15 🏖️") },
		.details = TEXT("two adults, one very small dog 🐶 is that ok?"),
		.replies = { TEXT("amazing. breakfast included?"), TEXT("cool, please book it under my name") },
		.thanks = "you're the best 😄",
	},
	{
		.spanish = true,
		.opening = { TEXT("Estoy afuera de la sucursal y está cerrado 🤔"), PLACE("Sucursal Centro", "4.5981,-74.0760") },
		.details = TEXT("La de la carrera séptima. Venía a recoger el pedido {n}."),
		.replies = { TEXT("Ah, ya veo, la puerta de al lado 😅"), TEXT("¿Hasta qué hora atienden hoy?") },
		.thanks = "Listo, ya me atendieron. ¡Gracias!",
	},
	{
		.spanish = false,
		.opening = { TEXT("I need to return the shoes from order {n}, they're half a size too small.") },
		.details = TEXT("Size 9, I'd like 9.5 in the same colour if there is one."),
		.replies = { TEXT("Do I pay for the return label?"), TEXT("OK, I'll drop them off tomorrow morning.") },
		.thanks = "Thanks, that was easy.",
	},
	{
		.spanish = true,
		.opening = { TEXT("Me llegó un código de verificación que yo no pedí. ¿Es de ustedes o es fraude?") },
		.details = TEXT("Hace como diez minutos, por SMS. No se lo di a nadie."),
		.replies = { TEXT("¿Tengo que cambiar la contraseña entonces?"), TEXT("Ya la cambié.") },
		.thanks = "Qué alivio, gracias por contestar rápido.",
	},
	{
		.spanish = true,
		.opening = { TEXT("¡Qué bonito quedó el pastel! 🎂😍"), PICTURE("A los niños les encantó"),
			     TEXT("Solo quería darles las gracias 💛") },
		.details = TEXT("Era el de tres leches con fresas, para 20 personas."),
		.replies = { TEXT("Seguro que volvemos a pedir para Navidad 🎄") },
		.thanks = "Un abrazo a todo el equipo 🤗",
	},
	{
		.spanish = false,
		.opening = { TEXT("The app says \"payment declined\" but my bank says it went through??"),
			     TEXT("order {n} btw") },
		.details = TEXT("Visa, tried it twice around 6pm. I have a screenshot."),
		.replies = { PICTURE("screenshot"), TEXT("ok so I should just wait until tomorrow?") },
		.thanks = "Got it, it shows up now 👍 thanks!",
	},
	{
		.spanish = true,
		.opening = { TEXT("Llevo tres días esperando al técnico y nadie llega ni avisa. La verdad ya estoy muy molesto. La "
				  "primera vez dijeron que entre 9 y 14, falté al trabajo y nada; la segunda, que no encontraron "
				  "la dirección, y está en pleno centro. Quiero una fecha segura o que me devuelvan mi dinero. Mi "
				  "reporte es el {n}."),
			     PLACE("Mi casa", "20.6736,-103.3440") },
		.details = TEXT("Reporte {n}. Calle Independencia 114, portón blanco, hay timbre."),
		.replies = { TEXT("¿Y cómo sé que esta vez sí va a venir?"), TEXT("Está bien, mañana antes de las 12.") },
		.thanks = "Ya vino el técnico. Gracias por atenderlo.",
	},
	{
		.spanish = false,
		.opening = { TEXT("Hi, do you ship to the Isle of Skye? 🏴󠁧󠁢󠁳󠁣󠁴󠁿"), PLACE("Portree", "57.4125,-6.1964") },
		.details = TEXT("Just the one parcel, about 3 kg. IV51 9ER."),
		.replies = { TEXT("£9 is fine with me."), TEXT("Brilliant, ordering now: {n}") },
		.thanks = "Cheers! 😊",
	},
	{
		.spanish = true,
		.opening = { TEXT("¿Aceptan pago contra entrega en Medellín?") },
		.details = TEXT("Serían dos pares, unos $180.000 en total."),
		.replies = { TEXT("Listo, entonces hago el pedido."), TEXT("Quedó con el número {n} ✅") },
		.thanks = "Muy amable, feliz tarde.",
	},
	{
		.spanish = false,
		.opening = { TEXT("Good morning. My mother (82) can't log in to her account since the update. She isn't great with "
				  "computers, is there a phone number she could call?") },
		.details = TEXT("It just says \"session expired\" again and again, on an older iPad."),
		.replies = { TEXT("Thank you, I'll try that with her tonight."), TEXT("It works now! She says hello 👵❤️") },
		.thanks = "Thanks for being so patient with us.",
	},
	{
		.spanish = true,
		.opening = { TEXT("Oye y el mayoreo desde cuántas piezas?? 👀") },
		.details = TEXT("Playeras negras, unas 120, tallas surtidas S a XL"),
		.replies = { TEXT("Va, y con estampado de un solo color cuánto subiría?"), PICTURE("Este es el logo"),
			     TEXT("Sale, lo platico con mi socio y les confirmo") },
		.thanks = "Gracias carnal 🤝",
	},
};

static const char *const given[2][16] = {
	{ "Liam", "Emma", "Noah", "Ava", "Mason", "Zoe", "Leo", "Ruth", "Owen", "Nora", "Jack", "Ivy", "Adam", "Lucy",
	  "Theo", "Maya" },
	{ "Andrés", "Inés", "Martín", "Lola", "Joaquín", "Elena", "Rubén", "Nuria", "Tomás", "Belén", "Iván", "Carmen",
	  "Félix", "Mónica", "Simón", "Paz" },
};

static const char *const family[2][16] = {
	{ "Walker", "Hughes", "Bennett", "Cole", "Foster", "Grant", "Hayes", "Jordan", "Kelly", "Lane", "Morgan", "Nash",
	  "Parker", "Quinn", "Ross", "Shaw" },
	{ "García", "Hernández", "Pérez", "Gómez", "Vázquez", "Ibáñez", "Ortega", "Cañizares", "Santamaría", "Rincón",
	  "Bolaños", "Yáñez", "Figueroa", "Salgado", "Arriaga", "Luján" },
};

static const char *const nudges[2][4] = {
	{ "Hello? 🙂", "Anyone there?", "Any news on this?", "Still waiting..." },
	{ "¿Hola? 🙂", "¿Siguen ahí?", "¿Alguna novedad?", "Sigo esperando..." },
};

static const char *const nods[2][4] = {
	{ "👍", "OK!", "Thanks again 😊", "Got it." },
	{ "👍", "¡Ok!", "Gracias otra vez 😊", "Enterado." },
};

const struct customer_person *
customer_people(size_t *count)
{
	*count = sizeof people / sizeof people[0];
	return people;
}

const struct customer_script *
customer_scripts(size_t *count)
{
	*count = sizeof scripts / sizeof scripts[0];
	return scripts;
}

const char *
customer_given_name(bool spanish, size_t index)
{
	return given[spanish][index % 16];
}

const char *
customer_family_name(bool spanish, size_t index)
{
	return family[spanish][index % 16];
}

const char *
customer_nudge(bool spanish, size_t index)
{
	return nudges[spanish][index % 4];
}

const char *
customer_nod(bool spanish, size_t index)
{
	return nods[spanish][index % 4];
}
