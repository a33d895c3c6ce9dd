"""Word lists used by several kinds. One word (or phrase) per blank or comma."""


def _w(s):
    return s.split()


def _c(s):
    return [x.strip() for x in s.replace("\n", " ").split(",") if x.strip()]


GIRLS = _w("""
Anna Bella Clara Daisy Ella Emma Fiona Grace Hannah Ivy Jane Julia Kate Lily Lucy
Maya Mia Nina Nora Olivia Penny Rosa Ruby Sara Sofia Tara Tina Vera Willa Zoe Alice
Amy Aisha Carla Chloe Diana Elena Eva Farah Freya Gina Helen Iris Isla Jade Jasmine
June Kira Lara Laura Lena Leah Lola Luna Mara Maria Megan Mila Molly Naomi Nadia
Paula Petra Priya Rachel Rita Sally Sana Selma Stella Susan Tessa Uma Wendy Yara
Yuki Zara Amara Anika Ingrid Keiko Leila Mei Noor Olga Rania Sunita Thea Valeria
Zelda Abby Cora Edith Faye Greta Heidi Ida Lotte Mabel Nell Polly Bianca Camila
Delia Esther Flora Gloria Hilda Irma Jenny Kara Lydia Monica Norah Odette Ramona
""")

BOYS = _w("""
Adam Ben Carl Daniel David Eli Ethan Felix Finn Frank George Henry Hugo Ian Isaac
Jack Jacob James Jay Joe John Kai Karl Leo Liam Louis Luca Luke Mark Martin Max
Milo Nathan Ned Noah Oliver Omar Oscar Owen Paul Peter Ravi Ray Rico Roy Sam Sean
Simon Theo Thomas Tim Toby Tom Victor Walter Will Zack Ahmed Ali Amir Andre Anton
Arjun Bilal Boris Bruno Caleb Carlos Cyrus Diego Emil Enzo Erik Farid Hassan Hiro
Igor Ivan Jamal Javier Jonas Juan Kenji Khalid Kofi Lars Marco Mateo Miguel Nabil
Nico Otto Pablo Pedro Rafael Raj Samir Sergio Stefan Tariq Tomas Umar Vikram Wei
Yusuf Zane Arthur Barry Colin Derek Edgar Fred Gordon Howard Jasper Kevin Leon
""")

PET_NAMES = _w("""
Pip Bean Biscuit Pebble Maple Nutmeg Pepper Sunny Ziggy Dot Fern Ginger Jelly Kiwi
Mocha Noodle Olive Patch Peanut Pickle Puff Rusty Scout Smoky Sprout Tango Teddy
Toffee Twig Waffle Whisker Willow Clover Cocoa Copper Dusty Echo Fluff Fuzzy Hazel
Jingle Juniper Mango Mittens Moss Muffin Poppy Raisin Snowy Socks Speckle Sugar
Tulip Velvet Wiggles Zippy Bramble Crumpet Dandy Freckle Hop Inky Nibbles Oats
""")

ROBOT_NAMES = _w("""
Bolt Beep Gizmo Sprocket Rivet Widget Tik Zap Nano Orbit Cog Pixel Byte Dash Blip
Ratchet Servo Turbo Volt Watt Quark Robo Tinker Axle Clank Zeno Rusty Unit Bix Dex
""")

SURNAMES = _w("""
Adams Baker Brown Carter Chen Clark Cruz Diaz Evans Fischer Garcia Gray Green Hall
Haddad Hill Ito Jones Khan Kim King Kowalski Lee Lewis Lopez Martin Meyer Miller
Moore Nguyen Novak Okafor Olsen Park Patel Perez Reed Rossi Santos Sato Schmidt
Silva Singh Smith Stone Suzuki Taylor Turner Walker Weber White Wilson Wong Young
""")

CITIES = _c("""
Paris, London, Berlin, Madrid, Rome, Tokyo, Beijing, Delhi, Mumbai, Cairo, Lagos,
Nairobi, Sydney, Melbourne, Toronto, Vancouver, Montreal, Chicago, Boston, Seattle,
Denver, Dallas, Houston, Miami, Atlanta, Phoenix, Portland, Austin, New York,
San Francisco, Los Angeles, San Diego, Las Vegas, Mexico City, Bogota, Lima, Quito,
Santiago, Buenos Aires, Montevideo, Sao Paulo, Rio de Janeiro, Lisbon, Porto,
Barcelona, Seville, Valencia, Lyon, Nice, Marseille, Brussels, Antwerp, Amsterdam,
Rotterdam, Hamburg, Munich, Cologne, Frankfurt, Vienna, Salzburg, Zurich, Geneva,
Bern, Milan, Venice, Florence, Naples, Athens, Istanbul, Ankara, Sofia, Bucharest,
Budapest, Prague, Warsaw, Krakow, Vilnius, Riga, Tallinn, Helsinki, Stockholm, Oslo,
Bergen, Copenhagen, Reykjavik, Dublin, Belfast, Edinburgh, Glasgow, Manchester,
Liverpool, Bristol, Cardiff, Oxford, Cambridge, Moscow, Kyiv, Tbilisi, Dubai,
Doha, Riyadh, Amman, Beirut, Baghdad, Karachi, Lahore, Dhaka, Colombo, Kathmandu,
Bangkok, Hanoi, Singapore, Jakarta, Manila, Taipei, Seoul, Busan, Osaka, Kyoto,
Sapporo, Shanghai, Shenzhen, Hong Kong, Chengdu, Perth, Brisbane, Adelaide, Auckland,
Wellington, Accra, Dakar, Tunis, Rabat, Casablanca, Addis Ababa, Kampala, Cape Town,
Durban, Harare, Lusaka, Windhoek, Havana, Kingston, Panama City, San Jose, Anchorage,
Honolulu, Nashville, Orlando, Detroit, Cleveland, Pittsburgh, Baltimore, Omaha,
Tampa, Memphis, Salt Lake City, Sacramento, Boise, SF, NYC, LA
""")

COLORS = _w("red blue green yellow orange purple pink white black brown gray silver gold")
FRUITS = _c(
    "apple, banana, orange, pear, peach, plum, cherry, grape, mango, lemon, lime, "
    "kiwi, melon, strawberry, blueberry, raspberry, pineapple, papaya, fig, apricot"
)
VEGETABLES = _c(
    "carrot, potato, tomato, onion, cucumber, pepper, pea, bean, cabbage, "
    "spinach, broccoli, lettuce, pumpkin, radish, beet, celery, leek, corn"
)
PETS = _c("dog, cat, rabbit, hamster, parrot, goldfish, turtle, pony, lizard, mouse")
JOBS = _c(
    "teacher, nurse, baker, pilot, farmer, doctor, painter, engineer, singer, cook, "
    "writer, driver, lawyer, plumber, carpenter, gardener, librarian, photographer, "
    "scientist, dentist, waiter, tailor, mechanic, designer, programmer, sailor"
)
HOBBIES = _c(
    "painting, swimming, hiking, chess, cooking, reading, dancing, fishing, running, "
    "gardening, skating, cycling, singing, drawing, climbing, knitting, surfing, "
    "photography, baking, skiing, juggling, sailing, camping, pottery"
)
SPORTS = _c(
    "soccer, tennis, basketball, baseball, rugby, hockey, golf, cricket, volleyball, "
    "badminton, swimming, running, cycling, boxing, rowing, skiing"
)
INSTRUMENTS = _c("piano, guitar, violin, drum, flute, trumpet, cello, harp, clarinet, saxophone")
HUMAN_LANGS = _c(
    "English, French, Spanish, German, Italian, Portuguese, Dutch, Swedish, "
    "Polish, Turkish, Greek, Arabic, Hindi, Japanese, Korean, Chinese, Russian"
)
PROG_LANGS = _c(
    "Python, C, Rust, Java, C++, JavaScript, Go, Ruby, Swift, Kotlin, Haskell, "
    "Lua, Perl, PHP, Scala, Julia, TypeScript, Fortran, COBOL, Lisp, R"
)
HDLS = _c("Verilog, VHDL, SystemVerilog, Chisel")
PLANETS = _c("Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune")
DAYS = _c("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday")
MONTHS = _c(
    "January, February, March, April, May, June, July, August, September, October, November, December"
)
SEASONS = _c("spring, summer, autumn, winter")
ANIMALS = _c(
    "cat, dog, horse, cow, pig, sheep, goat, fox, wolf, bear, lion, tiger, elephant, "
    "giraffe, zebra, monkey, rabbit, mouse, deer, owl, eagle, duck, swan, penguin, "
    "whale, dolphin, shark, frog, snake, turtle, camel, kangaroo, koala, panda"
)
BIRDS = _c("owl, eagle, duck, swan, penguin, robin, sparrow, crow, parrot, stork, gull, swallow")
TREES = _c("oak, pine, maple, birch, willow, palm, cedar, beech, elm, spruce, ash, fir")
FLOWERS = _c("rose, tulip, daisy, lily, sunflower, orchid, violet, daffodil, iris, poppy")
METALS = _c("iron, copper, gold, silver, tin, lead, zinc, aluminum, nickel, titanium")
SHAPES = _c("circle, square, triangle, rectangle, oval, star, diamond, hexagon")
OCEANS = _c("Pacific, Atlantic, Indian, Arctic, Southern")
CONTINENTS = _c("Africa, Asia, Europe, North America, South America, Australia, Antarctica")
COUNTRIES = _c(
    "France, Germany, Italy, Spain, Japan, China, India, Brazil, Canada, Mexico, Egypt, "
    "Kenya, Nigeria, Norway, Sweden, Poland, Greece, Turkey, Peru, Chile, Vietnam"
)
CLOTHES = _c("shirt, hat, scarf, jacket, sweater, dress, coat, sock, glove, belt, skirt, cap")
FURNITURE = _c("table, chair, desk, lamp, sofa, shelf, bed, stool, cabinet, mirror")
TOOLS_HAND = _c("hammer, saw, screwdriver, wrench, drill, pliers, shovel, rake, ladder, chisel")
DRINKS = _c("water, tea, coffee, milk, juice, lemonade, cocoa, soda")
DISHES = _c("pizza, pasta, soup, salad, curry, rice, sushi, pancakes, tacos, stew, sandwich, burger")
VEHICLES = _c("car, bus, train, boat, plane, bicycle, truck, tram, ship, scooter")
SUBJECTS = _c("math, history, science, art, music, geography, biology, chemistry, physics")
HARDWARE = _c("CPU, GPU, FPGA, ASIC, NPU, DSP")
FPGA_PARTS = _c("LUT, flip-flop, DSP slice, BRAM, clock, I/O block, URAM")
SIMPLE = _w("""
cat dog sun moon star tree fish bird book ball cake milk rain snow wind fire sand rock leaf
frog duck lion bear wolf goat ship boat door lamp desk ring bell drum king hand foot nose
apple bread chair table house horse mouse tiger plant stone water cloud river ocean light
music paper pencil garden window yellow orange purple summer winter rocket rabbit button
basket bottle candle castle dragon flower forest island kitten ladder market mirror monkey
pepper pillow planet pocket potato puzzle ribbon school silver spider spring street teapot
""")
